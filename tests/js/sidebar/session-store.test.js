// Patches of the session list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPatch } from "../../../assets/sidebar/session-store.js";

const item = (id, time, rest = {}) => ({ id, at: new Date(time).toISOString(), time, pinned: false, ...rest });
const ids = (state) => state.items.map((listed) => listed.id);

test("patches keep the list sorted and without duplicates", () => {
  const empty = { items: [], more: false, loaded: false };
  let state = applyPatch(empty, { op: "reset", items: [item("a", 1000), item("c", 3000)], more: true });
  assert.deepEqual([ids(state), state.more, state.loaded], [["c", "a"], true, true]);
  state = applyPatch(state, { op: "upsert", item: item("b", 2000) });
  assert.deepEqual(ids(state), ["c", "b", "a"]);
  state = applyPatch(state, { op: "upsert", item: item("a", 4000, { title: "New" }) });
  assert.deepEqual([ids(state), state.items[0].title], [["a", "c", "b"], "New"]);
  state = applyPatch(state, { op: "append", items: [item("b", 2000), item("z", 500)], more: false });
  assert.deepEqual([ids(state), state.more], [["a", "c", "b", "z"], false]);
  state = applyPatch(state, { op: "remove", id: "c" });
  assert.deepEqual(ids(state), ["a", "b", "z"]);
});

test("an unknown patch changes nothing", () => {
  const state = { items: [], more: false, loaded: true };
  for (const patch of [{ op: "other" }, {}, null, undefined]) assert.equal(applyPatch(state, patch), state);
});
