/**
 * The rules of the outbox, as pure functions over its entries (oldest first).
 *
 * An entry is one logical send: {request_id, session_id|null, agent_key, chat, text, at, owner}. `chat` names the
 * conversation that it was written in before that conversation had a session; `owner` is the tab that sends it.
 */

/** Entries that may wait at once; with the limit below the outbox stays within half of what a browser stores. */
export const MAX_ENTRIES = 50;
/** UTF-16 units of all waiting texts; browsers store about 5 million per site. */
export const MAX_CHARACTERS = 2_000_000;

const FIELDS = ["request_id", "agent_key", "chat", "text", "owner"];

/** Returns the entry that the stored text holds, or null where it holds none. */
export function parseEntry(stored) {
  try {
    const entry = JSON.parse(stored);
    const valid =
      FIELDS.every((field) => typeof entry[field] === "string") &&
      Number.isFinite(entry.at) &&
      (entry.session_id === null || typeof entry.session_id === "string");
    return valid ? entry : null;
  } catch {
    return null;
  }
}

/** Orders entries as they were written. */
export function inOrder(entries) {
  return [...entries].sort((a, b) => a.at - b.at || (a.request_id < b.request_id ? -1 : 1));
}

/** Whether a text of this length may join the entries. */
export function hasRoom(entries, length) {
  const used = entries.reduce((sum, entry) => sum + entry.text.length, 0);
  return entries.length < MAX_ENTRIES && used + length <= MAX_CHARACTERS;
}

/** The time of an entry that is written now: never before an entry that is already there. */
export function nextTime(entries, now) {
  return entries.reduce((latest, entry) => Math.max(latest, entry.at + 1), now);
}

/**
 * Returns the owner's entries that may go out now: the oldest of each conversation, unless it is on its way.
 * A later one waits for the answer to the one before it, so that messages arrive in the order of writing.
 */
export function dueEntries(entries, { owner, flying }) {
  const lanes = new Set();
  const due = [];
  for (const entry of entries) {
    if (entry.owner !== owner) continue;
    const lane = entry.session_id ?? `new:${entry.chat}`;
    if (lanes.has(lane)) continue;
    lanes.add(lane);
    if (!flying.has(entry.request_id)) due.push(entry);
  }
  return due;
}

/** Returns the entries of a new conversation that are still without its session, now with it. */
export function joinSession(entries, { chat, session_id }) {
  return entries
    .filter((entry) => entry.session_id === null && entry.chat === chat)
    .map((entry) => ({ ...entry, session_id }));
}
