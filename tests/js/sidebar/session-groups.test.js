// Groups and times of the session list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRowTime, groupItems } from "../../../assets/sidebar/session-groups.js";
import { applyPatch } from "../../../assets/sidebar/session-store.js";

process.env.TZ = "Europe/Berlin";
const labels = {
  now: "now",
  pinned: "Pinned",
  today: "Today",
  yesterday: "Yesterday",
  previous_week: "Previous 7 days",
};
const now = new Date(2026, 2, 12, 9, 41, 30).getTime();
const context = { now, locale: "en-GB", labels };
const at = (...when) => new Date(...when).getTime();
const item = (id, time, rest = {}) => ({ id, at: new Date(time).toISOString(), time, pinned: false, ...rest });
const entries = (items) => groupItems(items, context).map((entry) => entry.heading ?? entry.item.id);
const time = (...when) => formatRowTime(at(...when), context);

test("sessions are grouped by the reader's own days", () => {
  const items = [
    item("noon", at(2026, 2, 12, 9)),
    item("midnight", at(2026, 2, 12, 0, 0)),
    item("late", at(2026, 2, 11, 23, 59)),
    item("week", at(2026, 2, 5, 0, 0)),
    item("before", at(2026, 2, 4, 23, 59)),
    item("february", at(2026, 1, 28)),
    item("year", at(2025, 1, 28)),
  ];
  assert.deepEqual(entries(items), [
    "Today",
    "noon",
    "midnight",
    "Yesterday",
    "late",
    "Previous 7 days",
    "week",
    "March 2026",
    "before",
    "February 2026",
    "february",
    "February 2025",
    "year",
  ]);
});

test("pinned sessions are listed first and only once", () => {
  const items = [item("a", at(2026, 2, 12)), item("b", at(2026, 2, 1), { pinned: true })];
  assert.deepEqual(entries(items), ["Pinned", "b", "Today", "a"]);
  assert.deepEqual(entries([]), []);
});

test("days with 23 hours are grouped correctly", () => {
  const monday = { now: at(2026, 2, 30, 8), locale: "en-GB", labels };
  const heading = (when) => groupItems([item("a", when)], monday)[0].heading;
  assert.equal(heading(at(2026, 2, 29, 0, 30)), "Yesterday");
  assert.equal(heading(at(2026, 2, 28, 23, 30)), "Previous 7 days");
});

test("times are as short as possible", () => {
  assert.equal(time(2026, 2, 12, 9, 41), "now");
  assert.equal(time(2026, 2, 12, 9, 40), "9:40");
  assert.equal(time(2026, 2, 11, 16, 20), "16:20");
  assert.equal(time(2026, 2, 8, 10), "Sun");
  assert.equal(time(2026, 0, 12), "12 Jan");
  assert.equal(time(2024, 0, 12), "12 Jan 2024");
});

test("ten thousand sessions are grouped without loss", () => {
  const items = Array.from({ length: 10_000 }, (_, index) => item(`ses_${index}`, now - index * 3_600_000));
  const state = applyPatch({ items: [], more: false, loaded: false }, { op: "reset", items, more: false });
  assert.equal(groupItems(state.items, context).filter((entry) => entry.item).length, 10_000);
});
