// The browser's storage, and the keys of one person's entries in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyPrefix, keysWithPrefix, openStorage } from "../../../assets/lib/storage.js";

test("a browser that refuses its storage gets one in memory", () => {
  const page = openStorage(() => {
    throw new Error("SecurityError");
  });
  page.setItem("a", "1");
  assert.deepEqual([page.length, page.key(0), page.getItem("a")], [1, "a", "1"]);
});

test("the keys of different people do not overlap", () => {
  const storage = openStorage(() => null);
  for (const owner of ["", "usr_a", "usr_ab"]) storage.setItem(`${keyPrefix("draft", owner)}x`, "1");
  assert.deepEqual(keysWithPrefix(storage, keyPrefix("draft", "usr_a")), ["draft@usr_a:x"]);
  assert.deepEqual(keysWithPrefix(storage, keyPrefix("draft", "")), ["draft:x"]);
});
