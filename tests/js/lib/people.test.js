// People's colours and initials, and the search for them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { COLORS, colorOf, initialOf, matchPeople } from "../../../assets/lib/people.js";

test("a person has one colour, and all colours are used", () => {
  assert.equal(colorOf("usr_ada"), colorOf("usr_ada"));
  const colors = new Set(Array.from({ length: 60 }, (_, index) => colorOf(`usr_${index}`)));
  assert.equal(colors.size, COLORS.length);
});

test("the initial is the first character of the name in upper case", () => {
  assert.deepEqual(["ada", " Bob", "", "𝒳avier", "élan"].map(initialOf), ["A", "B", "", "𝒳", "É"]);
});

test("people are matched by name and email address, those whose name begins with the query first", () => {
  const [ada, jose, bob] = [
    { name: "Ada", email: "ada@jobs.example" },
    { name: "José", email: "" },
    { name: "Bob", email: "bob@example.org" },
  ];
  const search = (query) => matchPeople([ada, jose, bob], query).map((person) => person.name);
  assert.deepEqual(search("jo"), ["José", "Ada"]);
  assert.deepEqual(search(" JOSE "), ["José"]);
  assert.deepEqual(search("example"), ["Ada", "Bob"]);
  assert.deepEqual(search("nobody"), []);
});
