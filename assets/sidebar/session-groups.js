/** Ordering, grouping and dates of the session list, as pure functions; days are those of the reader's time zone. */

const MINUTE = 60_000;

/** Returns the start of the day of `time`, shifted by whole days. */
function startOfDay(time, days = 0) {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/**
 * Returns the list as it is drawn: {heading} and {item} entries.
 * @param {Array<{pinned: boolean, time: number}>} items newest first; `time` in milliseconds since 1970
 * @param {{now: number, locale: string, labels: object}} context `labels` has pinned, today, yesterday, previous_week
 */
export function groupItems(items, { now, locale, labels }) {
  const groupOf = createGroupLookup({ now, locale, labels });
  const entries = [];
  let lastHeading = null;
  const add = (heading, item) => {
    if (heading !== lastHeading) entries.push({ heading });
    lastHeading = heading;
    entries.push({ item });
  };
  for (const item of items) if (item.pinned) add(labels.pinned, item);
  lastHeading = null;
  let group = { from: Infinity };
  for (const item of items) {
    if (item.pinned) continue;
    if (item.time < group.from) group = groupOf(item.time);
    add(group.heading, item);
  }
  return entries;
}

/** Returns a function from a time to its group: the heading, and the time at which the group begins. */
function createGroupLookup({ now, locale, labels }) {
  const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });
  const recent = [
    { from: startOfDay(now), heading: labels.today },
    { from: startOfDay(now, -1), heading: labels.yesterday },
    { from: startOfDay(now, -7), heading: labels.previous_week },
  ];
  return (time) => {
    const date = new Date(time);
    const from = new Date(date.getFullYear(), date.getMonth()).getTime();
    return recent.find((group) => time >= group.from) ?? { from, heading: month.format(date) };
  };
}

/** Formats the time in a row: "now", "9:41", "Tue", "12 Mar", "12 Mar 2024". */
export function formatRowTime(time, { now, locale, labels }) {
  if (Math.abs(now - time) < MINUTE) return labels.now;
  if (time >= startOfDay(now, -1)) return format(time, locale, { hour: "numeric", minute: "2-digit" });
  if (time >= startOfDay(now, -7)) return format(time, locale, { weekday: "short" });
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return format(time, locale, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) });
}

/** Formatters by locale and fields, reused because creating one is expensive. */
const formatters = new Map();

function format(time, locale, options) {
  const key = locale + Object.keys(options).join();
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(locale, options));
  return formatters.get(key).format(time);
}
