/** Templates, plural forms and dates in the reader's locale. */

/** Returns the reader's variant of the page's language ("en-GB" for an "en" page), or the language itself. */
export function chooseLocale(language, preferred) {
  return preferred.find((locale) => locale.split("-")[0] === language) ?? language;
}

/** The locale in which this page formats numbers and dates. */
export const pageLocale = () => chooseLocale(document.documentElement.lang || "en", navigator.languages);

/** Returns the template with each `{name}` replaced. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/**
 * Returns the plural form for a number, with the number in place of `{count}`.
 * @param {{one?: string, other: string}} forms by plural category
 */
export function plural(forms, count) {
  const locale = pageLocale();
  const category = new Intl.PluralRules(locale).select(count);
  return fill(forms[category] ?? forms.other, { count: new Intl.NumberFormat(locale).format(count) });
}

const formatDate = (at, options) => new Intl.DateTimeFormat(pageLocale(), options).format(new Date(at));

/** Formats a time as "9:41". */
export const formatTime = (at) => formatDate(at, { timeStyle: "short" });

/** Formats a time as "4 Mar 2026". */
export const formatShortDate = (at) => formatDate(at, { dateStyle: "medium" });

/** Formats a time with its whole date, for tooltips. */
export const formatFullDate = (at) => formatDate(at, { dateStyle: "full", timeStyle: "medium" });
