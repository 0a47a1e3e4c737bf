/** What the page derives from people's ids and names, as pure functions. */

/** Colours of people's avatars; each has enough contrast for white text. */
export const COLORS = ["#7a4fb5", "#2d7a66", "#a8452c", "#8a5a10", "#3f63c4", "#a03d6d", "#4f6b1f", "#5d5d66"];

/** The most people that a search offers. */
const MAX_MATCHES = 6;

/** Returns a person's colour, which depends on the id alone. */
export function colorOf(id) {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + letter.codePointAt(0)) % 65_521;
  return COLORS[hash % COLORS.length];
}

/** Returns the letter on a person's avatar. */
export const initialOf = (name) => (name.trim()[Symbol.iterator]().next().value ?? "").toUpperCase();

/** Returns the text without case and diacritics, so that "jose" matches "José". */
export const normalize = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Returns the people whose name or email address contains the query, those whose name begins with it first.
 * @param {{name: string, email: string}[]} people
 */
export function matchPeople(people, query) {
  const wanted = normalize(query.trim());
  const rank = (person) => (normalize(person.name).startsWith(wanted) ? 0 : 1);
  return people
    .filter((person) => normalize(`${person.name} ${person.email}`).includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .slice(0, MAX_MATCHES);
}
