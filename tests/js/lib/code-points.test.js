// Code points are counted, not UTF-16 units.
import assert from "node:assert/strict";
import { test } from "node:test";
import { countCodePoints, dropCodePoints } from "../../../assets/lib/code-points.js";

test("a surrogate pair is one code point", () => {
  assert.equal(countCodePoints("a😀é"), 3);
  assert.equal(dropCodePoints("😀b", 1), "b");
});
