// Numbers, times and days in words; the words come from the page's text catalogue.

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The reader's own variant of the page's language ("en-GB" for an "en" page), if they have one. */
function locale() {
  const language = document.documentElement.lang || "en";
  return navigator.languages.find((wanted) => wanted.split("-")[0] === language) ?? language;
}

/** `template` with each `{name}` replaced. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The form of `forms` ({one, other, ...}) that the number asks for, filled with it as `{count}`. */
export function plural(forms, count) {
  const form = new Intl.PluralRules(locale()).select(count);
  return fill(forms[form] ?? forms.other, { count: new Intl.NumberFormat(locale()).format(count) });
}

/** What a failed turn is called. */
export const errorTitle = (labels, row) => labels.errors[row.code] ?? labels.errors.other;

/** A duration as short as it can be read: "38 ms", "3.9 s", "2 min 5 s". */
export function duration(seconds, labels) {
  const milliseconds = seconds * SECOND;
  const number = (value, digits) => new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
  if (milliseconds < SECOND) return fill(labels.milliseconds, { n: number(Math.round(milliseconds), 0) });
  if (milliseconds < MINUTE) return fill(labels.seconds, { n: number(seconds, 1) });
  return fill(labels.minutes, { m: number(Math.floor(seconds / 60), 0), s: number(Math.floor(seconds % 60), 0) });
}

/** "9:41" in the reader's zone and habit. */
export const clock = (at) => new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(new Date(at));

/** The whole date and time, for a title. */
export const fullDate = (at) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "full", timeStyle: "medium" }).format(new Date(at));

/** "4 Mar 2026" in the reader's zone and habit. */
export const shortDate = (at) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(at));

/** The calendar day in the reader's zone, as a key. */
const dayKey = (date) => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

/** Whether two times lie on different days in the reader's zone; the first message always begins a day. */
export const beginsDay = (at, before) => before === null || dayKey(new Date(at)) !== dayKey(new Date(before));

/** "Today", "Yesterday", "Tuesday, 4 March", with the year when it is another one. */
export function day(at, labels, now = new Date()) {
  const date = new Date(at);
  if (dayKey(date) === dayKey(now)) return labels.today;
  if (dayKey(date) === dayKey(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return labels.yesterday;
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long", year }).format(date);
}

/** The controls that turn the direction of text, which a stranger's text could use to show one thing and be another. */
const DIRECTION_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** `text` with its direction controls made visible. */
export function visibleControls(text) {
  return text.replace(DIRECTION_CONTROLS, (character) => `[U+${character.codePointAt(0).toString(16).toUpperCase()}]`);
}
