// Mentions: where one is begun, who fits, and what stands in the text afterwards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST, candidates, complete, firstMarked, mentionAt, move } from "../../../assets/composer/mentions.js";

const agent = { key: "player", name: "Viktor" };
const people = [
  { id: "1", name: "Zoë Ångström" },
  { id: "2", name: "Bob" },
  { id: "3", name: "Ada Player" },
];
const at = (text) => mentionAt(text, text.length);
const names = (query) => candidates(query, { agent, people }).map((each) => each.name);

test("a mention begins with an @ that does not go on a word", () => {
  assert.deepEqual(at("@"), { start: 0, end: 1, query: "" });
  assert.deepEqual(at("hello @pl"), { start: 6, end: 9, query: "pl" });
  assert.deepEqual(at("(@pl"), { start: 1, end: 4, query: "pl" });
  assert.deepEqual(at("one\n@é"), { start: 4, end: 6, query: "é" });
  for (const text of ["", "ada@example", "é@x", "_@x", "7@", "@pl ", "@a@b", "no"]) assert.equal(at(text), null, text);
});

test("what stands behind the caret is not part of it", () => {
  assert.deepEqual(mentionAt("@pl and more", 3), { start: 0, end: 3, query: "pl" });
  assert.equal(mentionAt("@pl and more", 8), null);
});

test("who fits best comes first: by the beginning, by a word, by a part; case and marks aside", () => {
  assert.deepEqual(names(""), ["Viktor", "Ada Player", "Bob", "Zoë Ångström"]);
  assert.deepEqual(names("PL"), ["Viktor", "Ada Player"]);
  assert.deepEqual(names("vik"), ["Viktor"]);
  assert.deepEqual(names("zoe"), ["Zoë Ångström"]);
  assert.deepEqual(names("ang"), ["Zoë Ångström"]);
  assert.deepEqual(names("ob"), ["Bob"]);
  assert.deepEqual(names("nobody"), []);
  const crowd = Array.from({ length: 50 }, (_, index) => ({ id: `${index}`, name: `Person ${index}` }));
  assert.equal(candidates("p", { agent, people: crowd }).length, MOST);
});

test("nobody is marked after a bare @ or a whole name, so that Enter stays what it is", () => {
  const choices = candidates("", { agent, people });
  assert.equal(firstMarked("", choices), -1);
  assert.equal(firstMarked("pl", candidates("pl", { agent, people })), 0);
  assert.equal(firstMarked("Player", candidates("Player", { agent, people })), -1);
  assert.equal(firstMarked("bob", candidates("bob", { agent, people })), -1);
  assert.equal(firstMarked("x", []), -1);
});

test("the arrows go round", () => {
  assert.deepEqual([-1, 0, 2].map((marked) => move(marked, "ArrowDown", 3)), [0, 1, 0]);
  assert.deepEqual([-1, 0, 2].map((marked) => move(marked, "ArrowUp", 3)), [2, 2, 1]);
});

test("the agent is written by its key, a person by name, with one space behind", () => {
  const [viktor, , bob] = candidates("", { agent, people });
  assert.deepEqual(complete("Hi @vi", at("Hi @vi"), viktor), { text: "Hi @player ", caret: 11 });
  assert.deepEqual(complete("@b, look", mentionAt("@b, look", 2), bob), { text: "@Bob , look", caret: 5 });
  assert.deepEqual(complete("@b look", mentionAt("@b look", 2), bob), { text: "@Bob look", caret: 5 });
});
