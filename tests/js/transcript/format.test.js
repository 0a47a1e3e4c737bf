// Days and durations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { beginsDay, formatDuration } from "../../../assets/transcript/format.js";

globalThis.document ??= { documentElement: { lang: "en" } };

test("days begin in the reader's time zone", () => {
  assert.ok(beginsDay("2024-05-01T10:00:00Z", null));
  assert.ok(!beginsDay("2024-05-01T12:00:00Z", "2024-05-01T11:00:00Z"));
  assert.ok(beginsDay("2024-05-03T12:00:00Z", "2024-05-01T12:00:00Z"));
});

test("durations are as short as possible", () => {
  const labels = { milliseconds: "{n} ms", seconds: "{n} s", minutes: "{m} min {s} s" };
  assert.equal(formatDuration(0.0384, labels), "38 ms");
  assert.equal(formatDuration(3.94, labels), "3.9 s");
  assert.equal(formatDuration(125, labels), "2 min 5 s");
});
