// The session list: patches, order, groups and times.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dateLocale, groupItems, shortTime } from "../../../assets/sidebar/session-groups.js";
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
const drawn = (items) => groupItems(items, context).map((entry) => entry.heading ?? entry.item.id);
const time = (...when) => shortTime(at(...when), context);
const ids = (state) => state.items.map((each) => each.id);

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
  assert.deepEqual(drawn(items), [
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

test("pinned sessions stand first and nowhere else", () => {
  const items = [item("a", at(2026, 2, 12)), item("b", at(2026, 2, 1), { pinned: true })];
  assert.deepEqual(drawn(items), ["Pinned", "b", "Today", "a"]);
  assert.deepEqual(drawn([]), []);
});

test("days are right where a day has 23 hours", () => {
  const monday = { now: at(2026, 2, 30, 8), locale: "en-GB", labels };
  const heading = (when) => groupItems([item("a", when)], monday)[0].heading;
  assert.equal(heading(at(2026, 2, 29, 0, 30)), "Yesterday");
  assert.equal(heading(at(2026, 2, 28, 23, 30)), "Previous 7 days");
});

test("a time is told as short as it is clear", () => {
  assert.equal(time(2026, 2, 12, 9, 41), "now");
  assert.equal(time(2026, 2, 12, 9, 40), "9:40");
  assert.equal(time(2026, 2, 11, 16, 20), "16:20");
  assert.equal(time(2026, 2, 8, 10), "Sun");
  assert.equal(time(2026, 0, 12), "12 Jan");
  assert.equal(time(2024, 0, 12), "12 Jan 2024");
});

test("dates follow the reader's variant of the page's language", () => {
  assert.equal(dateLocale("en", ["de-DE", "en-GB", "en-US"]), "en-GB");
  assert.equal(dateLocale("en", ["de-DE"]), "en");
});

test("patches keep the list in order, without doubles", () => {
  const empty = { items: [], more: false, loaded: false };
  let state = applyPatch(empty, { op: "reset", items: [item("a", 1000), item("c", 3000)], more: true });
  assert.deepEqual([ids(state), state.more, state.loaded], [["c", "a"], true, true]);
  state = applyPatch(state, { op: "upsert", item: item("b", 2000) });
  assert.deepEqual(ids(state), ["c", "b", "a"]);
  state = applyPatch(state, { op: "upsert", item: item("a", 4000, { title: "New" }) });
  assert.deepEqual([ids(state), state.items[0].title], [["a", "c", "b"], "New"]);
  state = applyPatch(state, { op: "append", items: [item("b", 2000), item("z", 500)], more: false });
  assert.deepEqual([ids(state), state.more], [["a", "c", "b", "z"], false]);
  state = applyPatch(state, { op: "remove", id: "c" });
  assert.deepEqual(ids(state), ["a", "b", "z"]);
});

test("an unknown patch changes nothing", () => {
  const state = { items: [], more: false, loaded: true };
  for (const patch of [{ op: "other" }, {}, null, undefined]) assert.equal(applyPatch(state, patch), state);
});

test("ten thousand sessions are all there", () => {
  const items = Array.from({ length: 10_000 }, (_, index) => item(`ses_${index}`, now - index * 3_600_000));
  const state = applyPatch({ items: [], more: false, loaded: false }, { op: "reset", items, more: false });
  assert.equal(groupItems(state.items, context).filter((entry) => entry.item).length, 10_000);
});
