/** How the session list is ordered, grouped and dated, as pure functions; days are those of the browser's time zone. */

const MINUTE = 60_000;

/** Returns the midnight that began the day of `time`, moved by whole days. */
function midnight(time, days = 0) {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/**
 * Returns the list as it is drawn: {heading} and {item} entries. Items come newest first.
 * @param {Array<{pinned: boolean, time: number}>} items newest first; `time` in milliseconds since 1970
 * @param {{now: number, locale: string, labels: object}} context `labels` has pinned, today, yesterday, previous_week
 */
export function groupItems(items, { now, locale, labels }) {
  const groupOf = groups({ now, locale, labels });
  const drawn = [];
  let last = null;
  const draw = (heading, item) => {
    if (heading !== last) drawn.push({ heading });
    last = heading;
    drawn.push({ item });
  };
  for (const item of items) if (item.pinned) draw(labels.pinned, item);
  last = null;
  let group = { from: Infinity };
  for (const item of items) {
    if (item.pinned) continue;
    if (item.time < group.from) group = groupOf(item.time);
    draw(group.heading, item);
  }
  return drawn;
}

/** Returns the function that tells of a time its group: the heading, and the time from which on it holds. */
function groups({ now, locale, labels }) {
  const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });
  const recent = [
    { from: midnight(now), heading: labels.today },
    { from: midnight(now, -1), heading: labels.yesterday },
    { from: midnight(now, -7), heading: labels.previous_week },
  ];
  return (time) => {
    const date = new Date(time);
    const from = new Date(date.getFullYear(), date.getMonth()).getTime();
    return recent.find((group) => time >= group.from) ?? { from, heading: month.format(date) };
  };
}

/** Returns what a row says about its time: "now", 9:41, Tue, 12 Mar, 12 Mar 2024. */
export function shortTime(time, { now, locale, labels }) {
  if (Math.abs(now - time) < MINUTE) return labels.now;
  if (time >= midnight(now, -1)) return format(time, locale, { hour: "numeric", minute: "2-digit" });
  if (time >= midnight(now, -7)) return format(time, locale, { weekday: "short" });
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return format(time, locale, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) });
}

const formats = new Map();

function format(time, locale, options) {
  const key = locale + Object.keys(options).join();
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key).format(time);
}

/** Returns the locale for dates: the reader's own variant of the page's language, if they have one. */
export function dateLocale(language, preferred) {
  return preferred.find((locale) => locale.split("-")[0] === language) ?? language;
}
