// The transcript's small rules: reveal pace, TeX brackets, visible direction controls, days and durations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { beginsDay, duration, fill, plural, visibleControls } from "../../../assets/transcript/format.js";
import { dollarMath, hasMath } from "../../../assets/transcript/tex.js";
import { createPace, wholeCharacter } from "../../../assets/transcript/pace.js";

globalThis.document ??= { documentElement: { lang: "en" } };

/** Characters shown at each frame of a 60 Hz screen, for text that comes in `flush` characters every `interval` ms. */
function play({ flush, interval, milliseconds, cost = 0 }) {
  const pace = createPace();
  pace.took(cost);
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

test("the reveal is even and never falls behind by more than about one flush", () => {
  const steady = play({ flush: 27, interval: 33, milliseconds: 3000 }).slice(30);
  assert.ok(Math.max(...steady.map(({ backlog }) => backlog)) <= 2 * 27, "backlog is at most two flushes");
  const steps = steady.map(({ step }) => step).filter(Boolean);
  assert.ok(Math.max(...steps) <= 54, "no jump larger than two flushes");
});

test("a sudden backlog is revealed faster, and used up", () => {
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

test("text that is shown as fast as it comes keeps the rhythm between its arrivals", () => {
  const reveals = play({ flush: 10, interval: 26, milliseconds: 3000 }).filter(({ step }) => step).length;
  assert.ok(reveals <= 3000 / 45 + 1, `${reveals} reveals in 3 s`);
});

test("a page that renders slowly is asked less often", () => {
  const slow = play({ flush: 27, interval: 33, milliseconds: 2000, cost: 40 });
  const reveals = slow.filter(({ step }) => step).length;
  assert.ok(reveals <= 2000 / 80 + 1, `${reveals} reveals of 40 ms in 2 s`);
});

test("a reveal never ends inside a character", () => {
  assert.equal(wholeCharacter("a😀b", 2), 3);
  assert.equal(wholeCharacter("a😀b", 3), 3);
});

test("TeX brackets become dollars outside of code alone", () => {
  assert.equal(dollarMath("\\(a\\) and `\\(b\\)`"), "$$a$$ and `\\(b\\)`");
  assert.equal(dollarMath("```\n\\[x\\]\n```"), "```\n\\[x\\]\n```");
  assert.ok(hasMath(dollarMath("so \\[ x \\]")));
  assert.equal(dollarMath("$$a \\\\[2pt] b$$ \\]"), "$$a \\\\[2pt] b$$ \\]");
  assert.equal(dollarMath("costs $5"), "costs $5");
});

test("controls that turn the direction of text are made visible", () => {
  assert.equal(visibleControls("a\u202Eb\u2069"), "a[U+202E]b[U+2069]");
  assert.equal(visibleControls("שלום"), "שלום");
});

test("days begin in the reader's zone", () => {
  assert.ok(beginsDay("2024-05-01T10:00:00Z", null));
  assert.ok(!beginsDay("2024-05-01T12:00:00Z", "2024-05-01T11:00:00Z"));
  assert.ok(beginsDay("2024-05-03T12:00:00Z", "2024-05-01T12:00:00Z"));
});

test("durations are as short as they can be read", () => {
  const labels = { milliseconds: "{n} ms", seconds: "{n} s", minutes: "{m} min {s} s" };
  assert.equal(duration(0.0384, labels), "38 ms");
  assert.equal(duration(3.94, labels), "3.9 s");
  assert.equal(duration(125, labels), "2 min 5 s");
});

test("texts are filled and counted in the page's language", () => {
  assert.equal(fill("{a} of {b} {c}", { a: 1, b: 2 }), "1 of 2 {c}");
  assert.equal(plural({ one: "{count} step", other: "{count} steps" }, 1), "1 step");
  assert.equal(plural({ one: "{count} step", other: "{count} steps" }, 3), "3 steps");
});
