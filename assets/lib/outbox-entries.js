/**
 * The rules of the outbox, as pure functions over its entries (oldest first).
 *
 * An entry is one message to send: {request_id, session_id|null, agent_key, chat, text, at, owner}. `chat` identifies
 * a conversation that has no session yet; `owner` identifies the tab that sends the entry.
 */

/** Entries in the outbox at once. Together with the next limit, the outbox uses at most half of a browser's storage. */
export const MAX_ENTRIES = 50;
/** UTF-16 units of all texts in the outbox; browsers store about 5 million per site. */
export const MAX_CHARACTERS = 2_000_000;

const TEXT_FIELDS = ["request_id", "agent_key", "chat", "text", "owner"];

/** Parses a stored entry; returns null when it is invalid. */
export function parseEntry(stored) {
  try {
    const entry = JSON.parse(stored);
    const valid =
      TEXT_FIELDS.every((field) => typeof entry[field] === "string") &&
      Number.isFinite(entry.at) &&
      (entry.session_id === null || typeof entry.session_id === "string");
    return valid ? entry : null;
  } catch {
    return null;
  }
}

/** Sorts entries by the time of writing. */
export function sortEntries(entries) {
  return [...entries].sort((a, b) => a.at - b.at || (a.request_id < b.request_id ? -1 : 1));
}

/** Whether a text of this length can be added. */
export function hasRoom(entries, length) {
  const used = entries.reduce((sum, entry) => sum + entry.text.length, 0);
  return entries.length < MAX_ENTRIES && used + length <= MAX_CHARACTERS;
}

/** Returns the time of a new entry: `now`, or later than every existing entry when the clock was set back. */
export function nextTime(entries, now) {
  return entries.reduce((latest, entry) => Math.max(latest, entry.at + 1), now);
}

/**
 * Returns the owner's entries that may be sent now: the oldest of each conversation, unless it is in flight. Later
 * ones wait for the answer to it, so that messages arrive in the order of writing.
 * @param {{has: (request_id: string) => boolean}} inFlight request ids that wait for an answer
 */
export function dueEntries(entries, { owner, inFlight }) {
  const conversations = new Set();
  const due = [];
  for (const entry of entries) {
    if (entry.owner !== owner) continue;
    const conversation = entry.session_id ?? `new:${entry.chat}`;
    if (conversations.has(conversation)) continue;
    conversations.add(conversation);
    if (!inFlight.has(entry.request_id)) due.push(entry);
  }
  return due;
}

/** Returns the entries of a conversation that have no session yet, with the session that it got. */
export function assignSession(entries, { chat, session_id }) {
  return entries
    .filter((entry) => entry.session_id === null && entry.chat === chat)
    .map((entry) => ({ ...entry, session_id }));
}
