/**
 * The outbox of a person in this browser: messages that the server has not acknowledged. It survives reloads and is
 * shared by the tabs. Until its owner is known, it neither reads, accepts nor sends entries.
 *
 * Each entry has its own storage key, so that tabs do not overwrite each other's entries. A tab sends the entries
 * that it owns, and holds a Web Lock as long as it lives; a tab that is granted another's lock takes over the entries
 * of the closed tab. Sending an entry twice is harmless: the server answers a known request id with its first result.
 */
import { assignSession, dueEntries, hasRoom, nextTime, parseEntry, sortEntries } from "./outbox-entries.js";
import { keyPrefix, keysWithPrefix, openStorage } from "./storage.js";
import { Store } from "./store.js";

/** Prefix of the storage keys of all owners' entries. */
const KIND = "outbox";
/** Milliseconds without an answer after which an entry is sent again; a connection can lose messages silently. */
const RETRY_AFTER = 10_000;
/** Milliseconds for which a delivered entry stays visible, until the transcript has its row. */
const DELIVERED_FOR = 5_000;

export class Outbox {
  /** Entries in order, with their `state`: "waiting" (no connection), "sending", or "sent" (delivered, no row yet). */
  messages = new Store([]);

  #storage;
  #locks;
  #tab;
  #prefix = null;
  #entries = [];
  #delivered = [];
  #sessions = new Map();
  #watched = new Set();
  #inFlight = new Map();
  #sendEntry = null;

  /**
   * @param {Storage} storage where entries are stored
   * @param {LockManager|undefined} locks tells living tabs from closed ones; without it every entry is taken over
   * @param {string|null} ownerKey see `setOwner`
   */
  constructor({ storage, locks, ownerKey = null }) {
    this.#storage = storage;
    this.#locks = locks;
    this.#tab = newId();
    this.#locks?.request(lockName(this.#tab), () => new Promise(() => {}));
    this.setOwner(ownerKey);
  }

  /**
   * Sets the person whose entries it holds.
   * @param {string|null} ownerKey identifies a person in a workspace: "" without a login, null while it is not known
   */
  setOwner(ownerKey) {
    const prefix = ownerKey === null ? null : keyPrefix(KIND, ownerKey);
    if (prefix === this.#prefix) return;
    this.#clearInFlight();
    this.#prefix = prefix;
    this.#entries = [];
    this.#delivered = [];
    this.#sessions.clear();
    this.#watched.clear();
    this.reload();
  }

  /** Returns the session of a conversation that was new, once one of its entries has been delivered. */
  sessionOf(chat) {
    return this.#sessions.get(chat);
  }

  /**
   * Adds a message; it is sent at once or when there is a connection.
   * @returns {boolean} false when there is no room for it
   */
  add({ session_id, agent_key, chat, text }) {
    if (this.#prefix === null || !hasRoom(this.#entries, text.length)) return false;
    const at = nextTime(this.#entries, Date.now());
    const session = session_id ?? this.#sessions.get(chat) ?? null;
    this.#put({ request_id: newId(), session_id: session, agent_key, chat, text, at, owner: this.#tab });
    this.#update();
    return true;
  }

  /** Starts a connection: sends the entries, including those that an earlier connection got no answer to. */
  connect(sendEntry) {
    this.#clearInFlight();
    this.#sendEntry = sendEntry;
    this.#update();
  }

  disconnect() {
    this.#clearInFlight();
    this.#sendEntry = null;
    this.#update();
  }

  /** The server has stored the message in this session. */
  deliver(request_id, session_id) {
    const entry = this.#remove(request_id, session_id);
    if (!entry) return;
    this.#delivered = [...this.#delivered, { ...entry, session_id }];
    setTimeout(() => this.acknowledge(request_id, session_id), DELIVERED_FOR);
    this.#update();
  }

  /** The message is in the transcript of this session. */
  acknowledge(request_id, session_id) {
    const delivered = this.#delivered.some((entry) => entry.request_id === request_id);
    if (!delivered && !this.#remove(request_id, session_id)) return;
    this.#delivered = this.#delivered.filter((entry) => entry.request_id !== request_id);
    this.#update();
  }

  /** The server does not accept the message yet: it is sent again after so many seconds. */
  postpone(request_id, seconds) {
    if (!this.#inFlight.has(request_id)) return;
    clearTimeout(this.#inFlight.get(request_id));
    this.#retryAfter(request_id, seconds * 1_000);
  }

  /** The server rejects the message: its entry is passed to `restore` before it is removed. */
  refuse(request_id, restore) {
    const entry = this.#find(request_id);
    if (!entry) return;
    restore(entry);
    this.#remove(request_id, null);
    this.#update();
  }

  /** Reads the storage after another tab has changed it. */
  reload() {
    const stored = new Map(this.#read().map((entry) => [entry.request_id, entry]));
    const unstored = this.#entries.filter((entry) => entry.unstored && !stored.has(entry.request_id));
    this.#entries = sortEntries([...stored.values(), ...unstored]);
    for (const entry of this.#entries) if (entry.owner !== this.#tab) this.#watch(entry.owner);
    this.#update();
  }

  #read() {
    if (this.#prefix === null) return [];
    const keys = keysWithPrefix(this.#storage, this.#prefix);
    return keys.map((key) => parseEntry(this.#storage.getItem(key))).filter(Boolean);
  }

  /** Takes over the entries of another tab once it is closed. */
  #watch(tab) {
    if (this.#watched.has(tab)) return;
    this.#watched.add(tab);
    const adopt = () => {
      for (const entry of this.#read()) if (entry.owner === tab) this.#put({ ...entry, owner: this.#tab });
      this.#update();
    };
    if (this.#locks) this.#locks.request(lockName(tab), adopt);
    else adopt();
  }

  #find(request_id) {
    return this.#entries.find((entry) => entry.request_id === request_id);
  }

  /** Stores an entry; when the storage is full, it is kept in memory. */
  #put(entry) {
    const others = this.#entries.filter((other) => other.request_id !== entry.request_id);
    const { unstored: _, ...plain } = entry;
    try {
      this.#storage.setItem(this.#prefix + entry.request_id, JSON.stringify(plain));
      this.#entries = sortEntries([...others, plain]);
    } catch {
      this.#entries = sortEntries([...others, { ...plain, unstored: true }]);
    }
  }

  #remove(request_id, session_id) {
    clearTimeout(this.#inFlight.get(request_id));
    this.#inFlight.delete(request_id);
    const entry = this.#find(request_id);
    if (!entry) return undefined;
    this.#storage.removeItem(this.#prefix + request_id);
    this.#entries = this.#entries.filter((other) => other.request_id !== request_id);
    if (entry.session_id === null && session_id) {
      this.#sessions.set(entry.chat, session_id);
      for (const later of assignSession(this.#entries, { chat: entry.chat, session_id })) this.#put(later);
    }
    return entry;
  }

  #clearInFlight() {
    for (const timer of this.#inFlight.values()) clearTimeout(timer);
    this.#inFlight.clear();
  }

  /** Sends what is due and publishes the messages. */
  #update() {
    if (this.#sendEntry) {
      dueEntries(this.#entries, { owner: this.#tab, inFlight: this.#inFlight }).forEach(this.#send);
    }
    const state = this.#sendEntry ? "sending" : "waiting";
    this.messages.set([
      ...this.#delivered.map((entry) => ({ ...entry, state: "sent" })),
      ...this.#entries.map((entry) => ({ ...entry, state })),
    ]);
  }

  #send = (entry) => {
    this.#retryAfter(entry.request_id, RETRY_AFTER);
    this.#sendEntry(entry);
  };

  /** Sends an entry again after so many milliseconds, unless it is answered before. */
  #retryAfter(request_id, milliseconds) {
    const retry = () => {
      this.#inFlight.delete(request_id);
      this.#update();
    };
    this.#inFlight.set(request_id, setTimeout(retry, milliseconds));
  }
}

const lockName = (tab) => `outbox-tab:${tab}`;

/** Returns a random id; `randomUUID` exists in secure contexts only. */
export function newId() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The outbox of this page. */
export const outbox = new Outbox({ storage: openStorage(), locks: globalThis.navigator?.locks });

globalThis.addEventListener?.("storage", (event) => {
  if (event.key === null || event.key.startsWith(KIND)) outbox.reload();
});
