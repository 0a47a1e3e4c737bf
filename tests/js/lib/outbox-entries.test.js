// The rules of the outbox: order within a conversation, one request id per message, limits, and validation.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MAX_CHARACTERS,
  MAX_ENTRIES,
  dueEntries,
  hasRoom,
  sortEntries,
  assignSession,
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
const ids = (entries) => entries.map(({ request_id }) => request_id);
const due = (entries, inFlight = []) => ids(dueEntries(entries, { owner: "tab", inFlight: new Set(inFlight) }));

test("entries are sorted by the time of writing", () => {
  const entries = [entry("c", { at: 3 }), entry("a", { at: 1 }), entry("b", { at: 2 })];
  assert.deepEqual(ids(sortEntries(entries)), ["a", "b", "c"]);
});

test("messages of one millisecond keep their order, also when the clock is set back", () => {
  const first = entry("z", { at: nextTime([], 100) });
  const second = entry("a", { at: nextTime([first], 100) });
  const third = entry("0", { at: nextTime([first, second], 50) });
  assert.deepEqual(ids(sortEntries([third, second, first])), ["z", "a", "0"]);
});

test("a session has one message in flight; the next waits for its answer", () => {
  const entries = [entry("1"), entry("2")];
  assert.deepEqual(due(entries), ["1"]);
  assert.deepEqual(due(entries, ["1"]), []);
});

test("sessions do not wait for each other", () => {
  assert.deepEqual(due([entry("1"), entry("2", { session_id: "ses_b" }), entry("3")]), ["1", "2"]);
});

test("the messages of a new conversation create one session", () => {
  const entries = [entry("1", { session_id: null }), entry("2", { session_id: null })];
  assert.deepEqual(due(entries), ["1"]);
  assert.deepEqual(due([entry("1", { session_id: null }), entry("2", { session_id: null, chat: "other" })]), [
    "1",
    "2",
  ]);
});

test("the later messages of a new conversation get the session of the first", () => {
  const entries = [entry("2", { session_id: null }), entry("3", { session_id: null, chat: "other" }), entry("4")];
  const joined = assignSession(entries, { chat: "chat", session_id: "ses_new" });
  assert.deepEqual(
    joined.map(({ request_id, session_id }) => [request_id, session_id]),
    [["2", "ses_new"]],
  );
});

test("a tab sends its own entries only", () => {
  assert.deepEqual(due([entry("1", { owner: "another" }), entry("2")]), ["2"]);
});

test("the outbox is limited in entries and in characters", () => {
  assert.equal(hasRoom([], MAX_CHARACTERS), true);
  assert.equal(hasRoom([], MAX_CHARACTERS + 1), false);
  assert.equal(hasRoom([entry("1", { text: "x".repeat(MAX_CHARACTERS) })], 1), false);
  const full = Array.from({ length: MAX_ENTRIES }, (_, index) => entry(String(index)));
  assert.equal(hasRoom(full.slice(1), 1), true);
  assert.equal(hasRoom(full, 1), false);
});

test("a stored entry is parsed as it was; an invalid one is ignored", () => {
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
