// A throttled function is called at once, and again after the interval or with another key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { throttleByKey } from "../../../assets/composer/throttle.js";

test("a function is called at once and again after the interval; another key or a reset starts anew", () => {
  let time = 0;
  const called = [];
  const { call, reset } = throttleByKey(
    3000,
    (key) => called.push(key),
    () => time,
  );
  for (time of [0, 10, 2999, 3000, 3001]) call("a");
  call("b");
  call("b");
  assert.deepEqual(called, ["a", "a", "b"]);
  reset();
  call("b");
  assert.deepEqual(called, ["a", "a", "b", "b"]);
});
