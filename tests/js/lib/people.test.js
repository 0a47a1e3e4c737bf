// People: avatars that stay the same, and messages of one person that belong together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { COLORS, colorOf, fitting, followsOn, initialOf } from "../../../assets/lib/people.js";

const said = (id, at, role = "user") => ({ role, at, author: id ? { id, name: id } : null });
const AT = "2026-03-01T12:00:00Z";
const SOON = "2026-03-01T12:04:00Z";
const LATER = "2026-03-01T12:06:00Z";

test("a person has one colour, and people have several", () => {
  assert.equal(colorOf("usr_ada"), colorOf("usr_ada"));
  const colors = new Set(Array.from({ length: 60 }, (_, index) => colorOf(`usr_${index}`)));
  assert.equal(colors.size, COLORS.length);
});

test("the letter on an avatar is the first of the name, whole and in upper case", () => {
  assert.deepEqual(["ada", " Bob", "", "𝒳avier", "élan"].map(initialOf), ["A", "B", "", "𝒳", "É"]);
});

test("a message goes on where the same person has written just before", () => {
  assert.equal(followsOn(said("bob", SOON), said("bob", AT)), true);
  assert.equal(followsOn(said("", SOON), said("", AT)), true);
  assert.equal(followsOn(said("bob", LATER), said("bob", AT)), false);
  assert.equal(followsOn(said("bob", SOON), said("eve", AT)), false);
  assert.equal(followsOn(said("bob", SOON), said("", AT)), false);
  assert.equal(followsOn(said("bob", SOON), said("", AT, "assistant")), false);
  assert.equal(followsOn(said("", SOON, "assistant"), said("", AT)), false);
  assert.equal(followsOn(said("bob", AT), null), false);
});

test("people are found by a part of their name or address; whose name begins with it comes first", () => {
  const [ada, jose, bob] = [
    { name: "Ada", email: "ada@jobs.example" },
    { name: "José", email: "" },
    { name: "Bob", email: "bob@example.org" },
  ];
  const found = (query) => fitting([ada, jose, bob], query).map((person) => person.name);
  assert.deepEqual(found("jo"), ["José", "Ada"]);
  assert.deepEqual(found(" JOSE "), ["José"]);
  assert.deepEqual(found("example"), ["Ada", "Bob"]);
  assert.deepEqual(found("nobody"), []);
});
