// Mentions: finding one at the caret, ranking candidates, and completing the text.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MAX_CANDIDATES,
  completeMention,
  findCandidates,
  initialSelection,
  mentionAt,
  moveSelection,
} from "../../../assets/composer/mentions.js";

const agent = { key: "player", name: "Viktor" };
const people = [
  { id: "1", name: "Zoë Ångström" },
  { id: "2", name: "Bob" },
  { id: "3", name: "Ada Player" },
];
const at = (text) => mentionAt(text, text.length);
const names = (query) => findCandidates(query, { agent, people }).map((candidate) => candidate.name);

test("a mention begins with an @ that does not follow a word", () => {
  assert.deepEqual(at("@"), { start: 0, end: 1, query: "" });
  assert.deepEqual(at("hello @pl"), { start: 6, end: 9, query: "pl" });
  assert.deepEqual(at("(@pl"), { start: 1, end: 4, query: "pl" });
  assert.deepEqual(at("one\n@é"), { start: 4, end: 6, query: "é" });
  for (const text of ["", "ada@example", "é@x", "_@x", "7@", "@pl ", "@a@b", "no"]) assert.equal(at(text), null, text);
});

test("a mention is found at the end of a long text, with its position in the text", () => {
  const before = "@a ".repeat(30_000);
  assert.deepEqual(at(`${before}@pl`), { start: before.length, end: before.length + 3, query: "pl" });
  const query = "\u{1F600}".repeat(40);
  assert.equal(at(`${before}@${query}`).query, query);
  assert.equal(at(`@${"a".repeat(41)}`), null);
});

test("text after the caret is not part of a mention", () => {
  assert.deepEqual(mentionAt("@pl and more", 3), { start: 0, end: 3, query: "pl" });
  assert.equal(mentionAt("@pl and more", 8), null);
});

test("candidates are ranked by beginning, word and part, without case and diacritics", () => {
  assert.deepEqual(names(""), ["Viktor", "Ada Player", "Bob", "Zoë Ångström"]);
  assert.deepEqual(names("PL"), ["Viktor", "Ada Player"]);
  assert.deepEqual(names("vik"), ["Viktor"]);
  assert.deepEqual(names("zoe"), ["Zoë Ångström"]);
  assert.deepEqual(names("ang"), ["Zoë Ångström"]);
  assert.deepEqual(names("ob"), ["Bob"]);
  assert.deepEqual(names("nobody"), []);
  const crowd = Array.from({ length: 50 }, (_, index) => ({ id: `${index}`, name: `Person ${index}` }));
  assert.equal(findCandidates("p", { agent, people: crowd }).length, MAX_CANDIDATES);
});

test("after a bare @ or a complete name no candidate is selected, so that Enter keeps its effect", () => {
  const choices = findCandidates("", { agent, people });
  assert.equal(initialSelection("", choices), -1);
  assert.equal(initialSelection("pl", findCandidates("pl", { agent, people })), 0);
  assert.equal(initialSelection("Player", findCandidates("Player", { agent, people })), -1);
  assert.equal(initialSelection("bob", findCandidates("bob", { agent, people })), -1);
  assert.equal(initialSelection("x", []), -1);
});

test("the arrow keys wrap around", () => {
  assert.deepEqual(
    [-1, 0, 2].map((selected) => moveSelection(selected, "ArrowDown", 3)),
    [0, 1, 0],
  );
  assert.deepEqual(
    [-1, 0, 2].map((selected) => moveSelection(selected, "ArrowUp", 3)),
    [2, 2, 1],
  );
});

test("an agent is mentioned by its key, a person by name, followed by one space", () => {
  const [viktor, , bob] = findCandidates("", { agent, people });
  assert.deepEqual(completeMention("Hi @vi", at("Hi @vi"), viktor), { text: "Hi @player ", caret: 11 });
  assert.deepEqual(completeMention("@b, look", mentionAt("@b, look", 2), bob), { text: "@Bob , look", caret: 5 });
  assert.deepEqual(completeMention("@b look", mentionAt("@b look", 2), bob), { text: "@Bob look", caret: 5 });
});
