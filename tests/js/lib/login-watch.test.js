// Without a connection the login is checked with growing pauses until it has ended.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { PAUSES, watchLogin } from "../../../assets/lib/login-watch.js";

let statuses, checked, reported;
const fetchStatus = async () => {
  checked++;
  return statuses.shift() ?? 0;
};
const settled = () => new Promise((done) => setImmediate(done));
const pass = async (milliseconds) => {
  mock.timers.tick(milliseconds);
  await settled();
};
const watch = () => watchLogin({ fetchStatus, onSignedOut: () => reported++ });

beforeEach(() => {
  [statuses, checked, reported] = [[], 0, 0];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a login that has ended is reported once and not checked again", async () => {
  statuses = [401];
  watch();
  await pass(0);
  await pass(600_000);
  assert.deepEqual([checked, reported], [1, 1]);
});

test("an unreachable server is checked with growing pauses", async () => {
  statuses = [0, 502, 200, 0, 0, 401];
  watch();
  for (const [count, pause] of [...PAUSES, PAUSES.at(-1)].entries()) {
    if (pause) await pass(pause - 1);
    assert.equal(checked, count);
    await pass(1);
    assert.equal(checked, count + 1);
  }
  assert.equal(reported, 1);
});

test("stopping ends the checks, including one in progress", async () => {
  statuses = [401];
  const stop = watch();
  mock.timers.tick(0);
  stop();
  await settled();
  await pass(600_000);
  assert.deepEqual([checked, reported], [1, 0]);
});
