// A lost connection: asked ever more seldom whether the login has ended, until it has.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { PAUSES, watchLogin } from "../../../assets/lib/login-watch.js";

let statuses, asked, told;
const askStatus = async () => {
  asked++;
  return statuses.shift() ?? 0;
};
const settled = () => new Promise((done) => setImmediate(done));
const pass = async (milliseconds) => {
  mock.timers.tick(milliseconds);
  await settled();
};
const watch = () => watchLogin({ askStatus, onSignedOut: () => told++ });

beforeEach(() => {
  [statuses, asked, told] = [[], 0, 0];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a login that has ended is told once, and asked about no more", async () => {
  statuses = [401];
  watch();
  await pass(0);
  await pass(600_000);
  assert.deepEqual([asked, told], [1, 1]);
});

test("a server that is away is asked ever more seldom", async () => {
  statuses = [0, 502, 200, 0, 0, 401];
  watch();
  for (const [count, pause] of [...PAUSES, PAUSES.at(-1)].entries()) {
    if (pause) await pass(pause - 1);
    assert.equal(asked, count);
    await pass(1);
    assert.equal(asked, count + 1);
  }
  assert.equal(told, 1);
});

test("a connection that is back ends the questions, and the one that is on its way", async () => {
  statuses = [401];
  const stop = watch();
  mock.timers.tick(0);
  stop();
  await settled();
  await pass(600_000);
  assert.deepEqual([asked, told], [1, 0]);
});
