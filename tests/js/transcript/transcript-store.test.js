// The transcript's store: what patches change, and what they leave alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TranscriptStore } from "../../../assets/transcript/transcript-store.js";

const at = "2024-05-01T10:00:00+00:00";
const user = (id, text = "?", request_id = `req-${id}`) => ({
  id,
  role: "user",
  at,
  author: null,
  rows: [{ key: `${id}.user`, kind: "user", text, request_id }],
});
const answer = (id, ...rows) => ({ id, role: "assistant", at, author: null, rows });
const text = (key, words, live = false) => ({ key, kind: "text", live, text: words });

function opened(groups, more = {}) {
  const gaps = [];
  const store = new TranscriptStore({ onGap: (session) => gaps.push(session) });
  store.apply({ op: "reset", session: "s", groups, older: false, ...more });
  return { store, gaps };
}

const keys = (store) => store.list().exchanges.map((exchange) => exchange.key);

test("offsets count code points, not UTF-16 units", () => {
  const { store, gaps } = opened([answer("a", text("t", "a😀", true))]);
  store.apply({ op: "delta", row: "t", offset: 2, text: "👍!" });
  store.apply({ op: "delta", row: "t", offset: 4, text: "." });
  assert.equal(store.text("t"), "a😀👍!.");
  assert.deepEqual(gaps, []);
});

test("a delta that overlaps or repeats adds each character once", () => {
  const { store } = opened([answer("a", text("t", "abc", true))]);
  store.apply({ op: "delta", row: "t", offset: 1, text: "bcd" });
  store.apply({ op: "delta", row: "t", offset: 3, text: "d" });
  assert.equal(store.text("t"), "abcd");
});

test("missing text is reported once per window and changes nothing", () => {
  const { store, gaps } = opened([answer("a", text("t", "abc", true))]);
  store.apply({ op: "delta", row: "t", offset: 9, text: "z" });
  store.apply({ op: "delta", row: "unknown", offset: 0, text: "z" });
  assert.deepEqual(gaps, ["s"]);
  assert.equal(store.text("t"), "abc");
  store.apply({ op: "reset", session: "s", groups: [], older: false });
  store.apply({ op: "delta", row: "t2", offset: 0, text: "z" });
  assert.deepEqual(gaps, ["s", "s"]);
});

test("a finished row keeps the streamed text when its length agrees, else the gap is reported", () => {
  const { store, gaps } = opened([answer("a", text("t", "abc", true))]);
  const settled = (length) => ({ key: "t", kind: "text", live: false, length });
  store.apply({ op: "rows", session: "s", group: "a", role: "assistant", at, from: 0, rows: [settled(3)] });
  assert.equal(store.text("t"), "abc");
  assert.deepEqual(gaps, []);
  store.apply({ op: "rows", session: "s", group: "a", role: "assistant", at, from: 0, rows: [settled(4)] });
  assert.deepEqual(gaps, ["s"]);
});

test("the text of a restarted part replaces the shown text", () => {
  const { store } = opened([answer("a", text("t", "first try", true))]);
  store.apply({ op: "rows", session: "s", group: "a", role: "assistant", at, from: 0, rows: [text("t", "", true)] });
  store.apply({ op: "delta", row: "t", offset: 0, text: "second" });
  assert.equal(store.text("t"), "second");
});

test("a delta notifies the listeners of its text only", () => {
  const { store } = opened([user("u"), answer("a", text("t", "", true)), answer("b", text("t2", "", true))]);
  const told = [];
  for (const topic of ["list", "group:a", "group:b", "text:t", "text:t2"])
    store.subscribe(topic, () => told.push(topic));
  const before = store.list();
  store.apply({ op: "delta", row: "t", offset: 0, text: "x" });
  assert.deepEqual(told, ["text:t"]);
  assert.equal(store.list(), before);
});

test("a row patch keeps the rows before it, and appends an unknown group", () => {
  const { store } = opened([user("u"), answer("a", text("t1", "one"), text("t2", "two"))]);
  const [kept] = store.group("a").rows;
  store.apply({ op: "rows", session: "s", group: "a", role: "assistant", at, from: 1, rows: [text("t3", "three")] });
  assert.equal(store.group("a").rows[0], kept);
  assert.deepEqual(
    store.group("a").rows.map((row) => row.key),
    ["t1", "t3"],
  );
  store.apply({ op: "rows", session: "s", group: "u2", role: "user", at, from: 0, rows: user("u2").rows });
  assert.deepEqual(store.ids(), ["u", "a", "u2"]);
});

test("a patch of another session is ignored", () => {
  const { store, gaps } = opened([user("u")]);
  store.apply({ op: "rows", session: "other", group: "x", role: "user", at, from: 0, rows: user("x").rows });
  store.apply({ op: "older", session: "other", groups: [user("x")], older: true });
  assert.deepEqual(store.ids(), ["u"]);
  assert.deepEqual(gaps, []);
});

test("an older page is prepended once, and no key of an exchange changes", () => {
  const { store } = opened([answer("a2", text("t", "x")), user("u3"), answer("a3", text("t3", "y"))], { older: true });
  const before = keys(store);
  const page = {
    op: "older",
    session: "s",
    groups: [user("u1"), answer("a1", text("t1", "z")), user("u2")],
    older: false,
  };
  store.apply(page);
  store.apply(page);
  assert.deepEqual(store.ids(), ["u1", "a1", "u2", "a2", "u3", "a3"]);
  assert.deepEqual(keys(store).slice(-before.length), before);
  assert.equal(store.list().older, false);
});

test("only a change at the start sets `shift`", () => {
  const { store } = opened([user("u2")], { older: true });
  store.apply({ op: "older", session: "s", groups: [user("u1")], older: false });
  assert.equal(store.list().shift, true);
  store.apply({ op: "rows", session: "s", group: "u3", role: "user", at, from: 0, rows: user("u3").rows });
  assert.equal(store.list().shift, false);
});

test("a window that is not the newest ignores new messages until the rest is loaded", () => {
  const { store, gaps } = opened([user("u1")], { newer: true });
  store.apply({ op: "rows", session: "s", group: "u9", role: "user", at, from: 0, rows: user("u9").rows });
  store.apply({ op: "delta", row: "t9", offset: 4, text: "x" });
  assert.deepEqual(store.ids(), ["u1"]);
  assert.deepEqual(gaps, []);
  store.apply({ op: "newer", session: "s", groups: [user("u2")], newer: false });
  assert.deepEqual(store.ids(), ["u1", "u2"]);
});

test("a pending message is the last exchange, and its row replaces it under the same key", () => {
  const { store } = opened([user("u1")]);
  store.setPending([
    { request_id: "r2", session_id: "s", text: "two", at, state: "waiting" },
    { request_id: "rx", session_id: "other", text: "elsewhere", at, state: "waiting" },
  ]);
  const pending = keys(store);
  assert.deepEqual(pending, ["req-u1", "r2"]);
  store.apply({ op: "rows", session: "s", group: "u2", role: "user", at, from: 0, rows: user("u2", "two", "r2").rows });
  assert.deepEqual(keys(store), pending);
  assert.equal(store.list().exchanges.at(-1).pending, undefined);
  assert.deepEqual(
    store.acknowledged().map((message) => message.request_id),
    ["r2"],
  );
});

test("a new conversation shows its pending messages until it has a session", () => {
  const { store } = opened([], { session: "" });
  store.apply({ op: "reset", session: "", groups: [], older: false });
  const message = { request_id: "r1", session_id: null, text: "first", at, state: "sending" };
  store.setPending([message]);
  assert.deepEqual(keys(store), ["r1"]);
  store.setPending([{ ...message, session_id: "s9", state: "sent" }]);
  assert.deepEqual(keys(store), ["r1"]);
  store.apply({ op: "reset", session: "s9", groups: [user("u1", "first", "r1")], older: false });
  assert.deepEqual(keys(store), ["r1"]);
  store.apply({ op: "reset", session: "", groups: [], older: false });
  assert.deepEqual(keys(store), []);
});

test("a pending message is counted in a window that is not the newest", () => {
  const { store } = opened([user("u1")], { newer: true });
  store.setPending([{ request_id: "r2", session_id: "s", text: "two", at, state: "sending" }]);
  assert.deepEqual(keys(store), ["req-u1"]);
  assert.equal(store.list().pendingCount, 1);
});

test("a reset of the same session keeps folds and details, one of another session does not", () => {
  const { store } = opened([user("u1")]);
  store.toggle("fold");
  store.apply({ op: "detail", session: "s", key: "step", input: "{}", output: "ok", error: false });
  store.apply({ op: "reset", session: "s", groups: [user("u1")], older: false });
  assert.equal(store.isOpen("fold"), true);
  assert.equal(store.detail("step").output, "ok");
  store.apply({ op: "reset", session: "s2", groups: [], older: false });
  assert.equal(store.isOpen("fold"), false);
  assert.equal(store.detail("step"), undefined);
});

test("a new window of the same session keeps the scroll position, opening a session resets it", () => {
  const { store } = opened([user("u1")]);
  const { epoch } = store.list();
  store.apply({ op: "reset", session: "s", groups: [user("u1"), user("u2")], older: false });
  assert.equal(store.list().epoch, epoch);
  store.apply({ op: "reset", session: "s", groups: [user("u1")], older: false, focus: "u1" });
  assert.notEqual(store.list().epoch, epoch);
});

test("copying a message returns its Markdown only", () => {
  const rows = [
    { key: "r", kind: "reasoning", live: false, started_at: null, seconds: 1, texts: [{ key: "r1", text: "hm" }] },
    text("t1", "**one**"),
    { key: "e", kind: "steps", live: false, seconds: 1, steps: [{ key: "s1", name: "clock", subject: "UTC" }] },
    text("t2", "two"),
  ];
  const { store } = opened([answer("a", ...rows)]);
  assert.equal(store.markdown("a"), "**one**\n\ntwo");
  assert.match(store.searchableText("a"), /hm[\s\S]*clock UTC/);
});

test("a delta does not change the list", () => {
  const measure = (count) => {
    const groups = Array.from({ length: count }, (_, index) => answer(`a${index}`, text(`t${index}`, "x")));
    const { store } = opened([...groups, answer("last", text("live", "", true))]);
    let calls = 0;
    store.subscribe("list", () => (calls += 1));
    for (let index = 0; index < 1000; index += 1) store.apply({ op: "delta", row: "live", offset: index, text: "y" });
    assert.equal(store.text("live").length, 1000);
    return calls;
  };
  assert.equal(measure(10), 0);
  assert.equal(measure(10_000), 0);
});
