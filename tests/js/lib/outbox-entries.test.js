// What the outbox promises: order within a conversation, one request id per send, bounds, and nothing lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MAX_CHARACTERS,
  MAX_ENTRIES,
  dueEntries,
  hasRoom,
  inOrder,
  joinSession,
  nextTime,
  parseEntry,
} from "../../../assets/lib/outbox-entries.js";

const entry = (request_id, rest = {}) => ({
  request_id,
  session_id: "ses_a",
  agent_key: "local",
  chat: "chat",
  text: request_id,
  at: 1,
  owner: "tab",
  ...rest,
});
const ids = (entries) => entries.map((each) => each.request_id);
const due = (entries, flying = []) => ids(dueEntries(entries, { owner: "tab", flying: new Set(flying) }));

test("entries stay in the order of writing, whatever order they are read in", () => {
  const entries = [entry("c", { at: 3 }), entry("a", { at: 1 }), entry("b", { at: 2 })];
  assert.deepEqual(ids(inOrder(entries)), ["a", "b", "c"]);
});

test("two messages of one millisecond keep their order, also when the clock is set back", () => {
  const first = entry("z", { at: nextTime([], 100) });
  const second = entry("a", { at: nextTime([first], 100) });
  const third = entry("0", { at: nextTime([first, second], 50) });
  assert.deepEqual(ids(inOrder([third, second, first])), ["z", "a", "0"]);
});

test("a session has one message on its way; the next waits for its answer", () => {
  const entries = [entry("1"), entry("2")];
  assert.deepEqual(due(entries), ["1"]);
  assert.deepEqual(due(entries, ["1"]), []);
});

test("sessions do not wait for each other", () => {
  assert.deepEqual(due([entry("1"), entry("2", { session_id: "ses_b" }), entry("3")]), ["1", "2"]);
});

test("a conversation without a session makes one, not one per message", () => {
  const entries = [entry("1", { session_id: null }), entry("2", { session_id: null })];
  assert.deepEqual(due(entries), ["1"]);
  assert.deepEqual(due([entry("1", { session_id: null }), entry("2", { session_id: null, chat: "other" })]), [
    "1",
    "2",
  ]);
});

test("the later messages of a new conversation follow the first into its session", () => {
  const entries = [entry("2", { session_id: null }), entry("3", { session_id: null, chat: "other" }), entry("4")];
  const joined = joinSession(entries, { chat: "chat", session_id: "ses_new" });
  assert.deepEqual(
    joined.map((each) => [each.request_id, each.session_id]),
    [["2", "ses_new"]],
  );
});

test("a tab sends its own entries only", () => {
  assert.deepEqual(due([entry("1", { owner: "another" }), entry("2")]), ["2"]);
});

test("the outbox is bounded in entries and in characters", () => {
  assert.equal(hasRoom([], MAX_CHARACTERS), true);
  assert.equal(hasRoom([], MAX_CHARACTERS + 1), false);
  assert.equal(hasRoom([entry("1", { text: "x".repeat(MAX_CHARACTERS) })], 1), false);
  const full = Array.from({ length: MAX_ENTRIES }, (_, index) => entry(String(index)));
  assert.equal(hasRoom(full.slice(1), 1), true);
  assert.equal(hasRoom(full, 1), false);
});

test("what is stored comes back as it was; what is damaged is left alone", () => {
  const stored = entry("1", { session_id: null });
  assert.deepEqual(parseEntry(JSON.stringify(stored)), stored);
  for (const damaged of [
    "",
    "{",
    "null",
    "[]",
    "7",
    JSON.stringify({ ...stored, text: 1 }),
    JSON.stringify({ ...stored, at: "x" }),
  ]) {
    assert.equal(parseEntry(damaged), null, damaged);
  }
});
