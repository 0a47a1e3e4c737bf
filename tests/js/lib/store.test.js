// Stores notify their listeners of changes, and of nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../../assets/lib/store.js";

test("listeners are called after each change until they unsubscribe", () => {
  const store = new Store("a");
  const seen = [];
  const unsubscribe = store.subscribe(() => seen.push(store.snapshot()));
  store.set("b");
  store.set("b");
  unsubscribe();
  store.set("c");
  assert.deepEqual(seen, ["b"]);
  assert.deepEqual([store.initial(), store.snapshot()], ["a", "c"]);
});

test("a listener can unsubscribe while it is called", () => {
  const store = new Store(0);
  const calls = [];
  const unsubscribe = store.subscribe(() => {
    calls.push("first");
    unsubscribe();
  });
  store.subscribe(() => calls.push("second"));
  store.set(1);
  store.set(2);
  assert.deepEqual(calls, ["first", "second", "second"]);
});
