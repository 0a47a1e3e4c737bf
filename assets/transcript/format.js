/** Durations, days and error titles of the transcript, in the words of the text catalogue. */
import { fill, pageLocale } from "../lib/format.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Returns the title of a failed turn. */
export const errorTitle = (labels, row) => labels.errors[row.code] ?? labels.errors.other;

/** Formats a duration: "38 ms", "3.9 s", "2 min 5 s". */
export function formatDuration(seconds, labels) {
  const milliseconds = seconds * SECOND;
  const number = (value, digits) =>
    new Intl.NumberFormat(pageLocale(), { maximumFractionDigits: digits }).format(value);
  if (milliseconds < SECOND) return fill(labels.milliseconds, { n: number(Math.round(milliseconds), 0) });
  if (milliseconds < MINUTE) return fill(labels.seconds, { n: number(seconds, 1) });
  return fill(labels.minutes, { m: number(Math.floor(seconds / 60), 0), s: number(Math.floor(seconds % 60), 0) });
}

/** Identifies the calendar day in the reader's time zone. */
const dayKey = (date) => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

/** Whether a message is the first of its day in the reader's time zone; `before` is null for the first message. */
export const beginsDay = (at, before) => before === null || dayKey(new Date(at)) !== dayKey(new Date(before));

/** Formats a day as "Today", "Yesterday" or "Tuesday, 4 March", with the year unless it is the current one. */
export function formatDay(at, labels, now = new Date()) {
  const date = new Date(at);
  if (dayKey(date) === dayKey(now)) return labels.today;
  if (dayKey(date) === dayKey(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return labels.yesterday;
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(pageLocale(), { weekday: "long", day: "numeric", month: "long", year }).format(date);
}
