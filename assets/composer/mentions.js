/** The rules of mentions in the composer, as pure functions: finding one at the caret, candidates, completion. */
import { normalize } from "../lib/people.js";

/** The most candidates that are offered at once. */
export const MAX_CANDIDATES = 8;

/** UTF-16 units before the caret that are searched for the `@`; the longest query has 80. */
const MENTION_LENGTH = 100;

/** An `@` that does not follow a word character, and the beginning of a name. */
const MENTION = /(?<![\p{L}\p{N}_])@([^\s@]{0,40})$/u;

/**
 * Returns {start, end, query} of the mention at the caret, or null.
 * @param {string} text
 * @param {number} caret in UTF-16 units
 */
export function mentionAt(text, caret) {
  // Only the end of the text can match: an `@`, the character before it, and forty more.
  const from = Math.max(0, caret - MENTION_LENGTH);
  const match = MENTION.exec(text.slice(from, caret));
  return match && { start: from + match.index, end: caret, query: match[1] };
}

/** Ranks a candidate: 0 begins with the query, 1 has a word that does, 2 contains it, 3 does not match. */
function rank({ key, name }, query) {
  const [fullName, agentKey] = [normalize(name), normalize(key ?? "")];
  if (fullName.startsWith(query) || agentKey.startsWith(query)) return 0;
  if (fullName.split(/[\s-]+/u).some((word) => word.startsWith(query))) return 1;
  return fullName.includes(query) || agentKey.includes(query) ? 2 : 3;
}

/**
 * Returns who can be mentioned, the best match first; among equal matches the agent, then people by name.
 * @param {{key: string, name: string}} agent
 * @param {{id: string, name: string}[]} people
 */
export function findCandidates(query, { agent, people }) {
  const wanted = normalize(query);
  const sorted = [...people].sort((a, b) => a.name.localeCompare(b.name));
  const all = [{ kind: "agent", id: agent.key, ...agent }, ...sorted.map((person) => ({ kind: "person", ...person }))];
  return all
    .map((candidate) => ({ candidate, rank: rank(candidate, wanted) }))
    .filter((ranked) => ranked.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_CANDIDATES)
    .map((ranked) => ranked.candidate);
}

/** Returns the text of a mention: an agent is addressed by its key. */
const mentionText = (candidate) => (candidate.kind === "agent" ? candidate.key : candidate.name);

/**
 * Returns the index of the candidate that is selected initially: the best one if it completes the query, else -1.
 * After a bare `@` or a complete name, Enter keeps its normal effect.
 */
export function initialSelection(query, candidates) {
  if (query === "" || candidates.length === 0) return -1;
  return candidates.some((candidate) => normalize(mentionText(candidate)) === normalize(query)) ? -1 : 0;
}

/** Returns the index after an arrow key; it wraps around, and -1 moves to either end. */
export function moveSelection(selected, key, count) {
  if (key === "ArrowDown") return (selected + 1) % count;
  return selected <= 0 ? count - 1 : selected - 1;
}

/** Returns {text, caret} after a candidate was chosen. */
export function completeMention(text, { start, end }, candidate) {
  const before = `${text.slice(0, start)}@${mentionText(candidate)} `;
  const after = text.slice(end);
  return { text: before + after.replace(/^ /, ""), caret: before.length };
}
