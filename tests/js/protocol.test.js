// What the server sends, read from the golden file that the Python tests hold the server to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { applyPatch } from "../../assets/sidebar/session-store.js";
import { TranscriptStore } from "../../assets/transcript/transcript-store.js";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const golden = JSON.parse(read("tests/golden/protocol.json"));
const patch = Object.fromEntries(golden.transcript.map((each) => [each.op, each]));
const unique = (values) => [...new Set(values)].sort();
const matches = (text, pattern) => unique([...text.matchAll(pattern)].map((match) => match[1]));

/** What each patch of the transcript changes, after those before it. */
const CHECKS = {
  reset: (store) => {
    assert.deepEqual(store.ids(), ["msg_0", "msg_1"]);
    assert.deepEqual(store.group("msg_0").author, { id: "usr_bob", name: "Bob" });
    assert.equal(store.text("trn_1.1.2"), "Hello");
    const { session, older, newer, focus } = store.list();
    assert.deepEqual({ session, older, newer, focus }, { session: "ses_1", older: true, newer: true, focus: "msg_0" });
  },
  older: (store) => {
    assert.deepEqual(store.ids(), ["msg_00", "msg_0", "msg_1"]);
    assert.equal(store.list().older, false);
  },
  newer: (store) => {
    assert.deepEqual(store.ids(), ["msg_00", "msg_0", "msg_1", "msg_2"]);
    assert.equal(store.list().newer, false);
  },
  delta: (store) => assert.equal(store.text("trn_1.1.2"), "Hello 👋"),
  rows: (store) => {
    assert.deepEqual(store.group("msg_1").rows.map((row) => row.kind), ["text", "waiting"]);
    assert.equal(store.group("msg_1").rows[0].live, false);
    assert.equal(store.text("trn_1.1.2"), "Hello 👋");
  },
  progress: (store) => assert.deepEqual(store.group("msg_1").progress, patch.progress.progress),
  detail: (store) => {
    const { input, output, error } = patch.detail;
    assert.deepEqual(store.detail("trn_1.1.0"), { input, output, error });
  },
  found: (store) => assert.deepEqual(store.findResult(), { query: "hello", ids: ["msg_1"] }),
};

test("the transcript applies each of its patches", () => {
  const gaps = [];
  const store = new TranscriptStore({ onGap: (session) => gaps.push(session) });
  for (const each of golden.transcript.filter(({ op }) => op !== "find")) {
    store.apply(each);
    CHECKS[each.op](store);
  }
  assert.deepEqual(gaps, []);
  assert.match(read("assets/transcript/transcript.jsx"), /patch\.op === "find"/);
});

test("a component draws each kind of row", () => {
  const [, components] = read("assets/transcript/group.jsx").match(/const ROWS = \{([^}]*)\}/);
  assert.deepEqual(matches(components, /(\w+):/g), unique(golden.rows.map((row) => row.kind)));
});

test("the transcript stores the text of each kind of row", () => {
  const store = new TranscriptStore({ onGap: () => assert.fail("text is missing") });
  const group = { id: "msg_1", role: "assistant", at: "2026-03-01T12:00:00Z", author: null, rows: golden.rows };
  store.apply({ ...patch.reset, groups: [group] });
  for (const row of golden.rows) {
    const texts = row.kind === "text" ? [row] : (row.texts ?? []);
    texts.forEach(({ key, text }) => assert.equal(store.text(key), text));
  }
  assert.match(store.searchableText("msg_1"), /A greeting/);
  assert.match(store.searchableText("msg_1"), /calculator 1 \+ 1/);
});

test("the session list applies each of its patches", () => {
  let state = { items: [], more: false, loaded: false };
  const ids = {};
  for (const each of golden.session_list) {
    const next = applyPatch(state, each);
    assert.notEqual(next, state, each.op);
    state = next;
    ids[each.op] = state.items.map((item) => item.id);
  }
  const expected = { reset: ["ses_1"], append: ["ses_0", "ses_1"], upsert: ["ses_0", "ses_1", "ses_2"], remove: ["ses_0", "ses_2"] };
  for (const [op, found] of Object.entries(ids)) assert.deepEqual(found.sort(), expected[op]);
  assert.equal(state.more, false);
});

test("the composer handles each of its patches", () => {
  assert.deepEqual(matches(read("assets/composer/composer.jsx"), /patch\.op === "(\w+)"/g), unique(golden.composer.map(({ op }) => op)));
});
