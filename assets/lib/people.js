/** What the page shows of people beside their names, as pure functions. */

/** Colours of people's avatars; white can be read on each of them. */
export const COLORS = ["#7a4fb5", "#2d7a66", "#a8452c", "#8a5a10", "#3f63c4", "#a03d6d", "#4f6b1f", "#5d5d66"];

/** Messages of one person that come closer than this belong together, in ms. */
const TOGETHER = 5 * 60_000;

/** A person's colour: always the same one, as long as their id is. */
export function colorOf(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 65_521;
  return COLORS[sum % COLORS.length];
}

/** The letter on a person's avatar. */
export const initialOf = (name) => (name.trim()[Symbol.iterator]().next().value ?? "").toUpperCase();

/** The most people that are offered at once. */
const MOST = 6;

/** Letters without their case and their marks, so that "jose" finds "José". */
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The people whose name or address holds the words; those whose name begins with them first. */
export function fitting(people, query) {
  const wanted = plain(query.trim());
  const begins = (person) => (plain(person.name).startsWith(wanted) ? 0 : 1);
  return people
    .filter((person) => plain(`${person.name} ${person.email}`).includes(wanted))
    .sort((a, b) => begins(a) - begins(b) || a.name.localeCompare(b.name))
    .slice(0, MOST);
}

/** Whether a message goes on where its author has just written another one: it then needs no name of its own. */
export function followsOn(group, above) {
  if (!above || group.role !== "user" || above.role !== "user") return false;
  if ((group.author?.id ?? "") !== (above.author?.id ?? "")) return false;
  const pause = Date.parse(group.at) - Date.parse(above.at);
  return pause >= 0 && pause < TOGETHER;
}
