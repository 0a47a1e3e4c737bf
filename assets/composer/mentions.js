/** The rules of mentions in the composer, as pure functions: where one is being written, who fits, what becomes of it. */

import { plain } from "../lib/people.js";

/** The most that is offered at once. */
export const MOST = 8;

/** An `@` that does not go on a word, and what was written of the name behind it. */
const BEGUN = /(?<![\p{L}\p{N}_])@([^\s@]{0,40})$/u;

/**
 * Returns {start, end, query} of the mention that the caret is in, or null where there is none.
 * @param {string} text
 * @param {number} caret in UTF-16 units
 */
export function mentionAt(text, caret) {
  const found = BEGUN.exec(text.slice(0, caret));
  return found && { start: found.index, end: caret, query: found[1] };
}

/** How well someone fits: 0 begins with it, 1 a word of the name does, 2 holds it, 3 not at all. */
function fit({ key, name }, query) {
  const [full, short] = [plain(name), plain(key ?? "")];
  if (full.startsWith(query) || short.startsWith(query)) return 0;
  if (full.split(/[\s-]+/u).some((word) => word.startsWith(query))) return 1;
  return full.includes(query) || short.includes(query) ? 2 : 3;
}

/**
 * Returns who may be meant, the best first; among equals the agent, then people by name.
 * @param {{key: string, name: string}} agent
 * @param {{id: string, name: string}[]} people
 */
export function candidates(query, { agent, people }) {
  const wanted = plain(query);
  const named = [...people].sort((a, b) => a.name.localeCompare(b.name));
  const all = [{ kind: "agent", id: agent.key, ...agent }, ...named.map((person) => ({ kind: "person", ...person }))];
  return all
    .map((each) => ({ each, fit: fit(each, wanted) }))
    .filter((found) => found.fit < 3)
    .sort((a, b) => a.fit - b.fit)
    .slice(0, MOST)
    .map((found) => found.each);
}

/** What is written for somebody: the agent answers to its key. */
const written = (choice) => (choice.kind === "agent" ? choice.key : choice.name);

/**
 * Returns which of the candidates is marked before a person has moved to one: the best, once something has been
 * written that it completes. After a bare `@`, or a whole name, Enter stays what it is.
 */
export function firstMarked(query, choices) {
  if (query === "" || choices.length === 0) return -1;
  return choices.some((choice) => plain(written(choice)) === plain(query)) ? -1 : 0;
}

/** Returns which candidate an arrow key leads to; from the last one on to the first, and from none to either end. */
export function move(marked, key, count) {
  if (key === "ArrowDown") return (marked + 1) % count;
  return marked <= 0 ? count - 1 : marked - 1;
}

/** Returns {text, caret} after somebody was chosen. */
export function complete(text, { start, end }, choice) {
  const before = `${text.slice(0, start)}@${written(choice)} `;
  const after = text.slice(end);
  return { text: before + after.replace(/^ /, ""), caret: before.length };
}
