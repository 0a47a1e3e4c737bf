// The rate at which streamed text is revealed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace, wholeCharacter } from "../../../assets/transcript/pace.js";

/** Characters shown at each frame of a 60 Hz screen, for text that comes in `flush` characters every `interval` ms. */
function play({ flush, interval, milliseconds, cost = 0 }) {
  const pace = createPace();
  pace.rendered(cost);
  const shown = [];
  let arrived = 0;
  let length = 0;
  for (let now = 0, next = 0; now < milliseconds; now += 1000 / 60) {
    for (; next <= now; next += interval) pace.arrived((arrived += flush) - length, next);
    const step = length < arrived ? pace.take(arrived - length, now) : 0;
    length += step;
    shown.push({ step, backlog: arrived - length });
  }
  return shown;
}

test("the reveal is even and lags by at most about one flush", () => {
  const steady = play({ flush: 27, interval: 33, milliseconds: 3000 }).slice(30);
  assert.ok(Math.max(...steady.map(({ backlog }) => backlog)) <= 2 * 27, "backlog is at most two flushes");
  const steps = steady.map(({ step }) => step).filter(Boolean);
  assert.ok(Math.max(...steps) <= 54, "no jump larger than two flushes");
});

test("a sudden backlog is revealed faster and completely", () => {
  const pace = createPace();
  pace.arrived(5, 0);
  pace.take(5, 25);
  pace.arrived(3000, 100);
  const first = pace.take(3000, 125);
  assert.ok(first > 300, `a large backlog begins with a large step, not ${first}`);
  let left = 3000 - first;
  for (let now = 150; now < 400 && left; now += 25) left -= pace.take(left, now);
  assert.equal(left, 0);
});

test("text that is revealed as fast as it arrives keeps the pause between reveals", () => {
  const reveals = play({ flush: 10, interval: 26, milliseconds: 3000 }).filter(({ step }) => step).length;
  assert.ok(reveals <= 3000 / 45 + 1, `${reveals} reveals in 3 s`);
});

test("a page that renders slowly reveals less often", () => {
  const slow = play({ flush: 27, interval: 33, milliseconds: 2000, cost: 40 });
  const reveals = slow.filter(({ step }) => step).length;
  assert.ok(reveals <= 2000 / 80 + 1, `${reveals} reveals of 40 ms in 2 s`);
});

test("a reveal never splits a character", () => {
  assert.equal(wholeCharacter("a😀b", 2), 3);
  assert.equal(wholeCharacter("a😀b", 3), 3);
});
