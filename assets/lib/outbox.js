/**
 * The outbox of a person in this browser: what was sent and not yet acknowledged, kept across reloads and shared by the
 * tabs. Until it is known whose it is, nothing is read, taken or sent.
 *
 * Each entry has a storage key of its own, so that tabs never overwrite each other's. A tab sends the entries that it
 * owns. It holds a Web Lock for as long as it lives; whoever is given that lock knows that the tab is gone and
 * takes over its entries. Sending twice is harmless: the server answers a request id that it knows with its first result.
 */
import { dueEntries, hasRoom, inOrder, joinSession, nextTime, parseEntry } from "./outbox-entries.js";
import { keysOf, openStorage } from "./storage.js";

/** What the keys of everybody's entries begin with. */
const KEYS = "outbox";
/** Milliseconds without an answer after which an entry goes out again; a connection can lose it in silence. */
const RETRY_AFTER = 10_000;
/** Milliseconds for which a delivered entry is still shown, so that nothing is missing until its row is there. */
const SHOWN_AFTER = 5_000;

export class Outbox {
  #storage;
  #locks;
  #owner;
  #prefix = null;
  #entries = [];
  #delivered = [];
  #sessions = new Map();
  #watched = new Set();
  #flying = new Map();
  #fire = null;
  #listeners = new Set();
  #snapshot = [];

  /**
   * @param {Storage} storage where entries live
   * @param {LockManager|undefined} locks tells living tabs from gone ones; without it every foreign entry is taken over
   * @param {string|null} shelf see `belongTo`
   */
  constructor({ storage, locks, shelf = null }) {
    this.#storage = storage;
    this.#locks = locks;
    this.#owner = newId();
    this.#locks?.request(lockOf(this.#owner), () => new Promise(() => {}));
    this.belongTo(shelf);
  }

  /**
   * Says whose outbox it is: it has that person's entries and no others.
   * @param {string|null} shelf names a person in a workspace: "" where nobody signs in, null where it is not known
   */
  belongTo(shelf) {
    const prefix = shelf === null ? null : keysOf(KEYS, shelf);
    if (prefix === this.#prefix) return;
    this.#land();
    this.#prefix = prefix;
    this.#entries = [];
    this.#delivered = [];
    this.#sessions.clear();
    this.#watched.clear();
    this.reload();
  }

  /** Calls the listener after every change; returns the function that stops it. */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Entries in order, each with `state`: "waiting" (no connection), "sending", or "sent" (its row is on the way). */
  snapshot = () => this.#snapshot;

  /** The session that a new conversation has got, if one of its entries was delivered. */
  sessionOf(chat) {
    return this.#sessions.get(chat);
  }

  /**
   * Takes a message; it goes out at once or when there is a connection.
   * @returns {boolean} false when there is no room for it: nothing was taken
   */
  send({ session_id, agent_key, chat, text }) {
    if (this.#prefix === null || !hasRoom(this.#entries, text.length)) return false;
    const at = nextTime(this.#entries, Date.now());
    const known = session_id ?? this.#sessions.get(chat) ?? null;
    const entry = { request_id: newId(), session_id: known, agent_key, chat, text, at, owner: this.#owner };
    this.#put(entry);
    this.#changed();
    return true;
  }

  /** There is a (new) connection: sends what waits, and again what an earlier connection got no answer to. */
  open(fire) {
    this.#land();
    this.#fire = fire;
    this.#changed();
  }

  /** The connection is gone. */
  close() {
    this.#land();
    this.#fire = null;
    this.#changed();
  }

  /** The server has the message, in this session. */
  deliver(request_id, session_id) {
    const entry = this.#take(request_id, session_id);
    if (!entry) return;
    this.#delivered = [...this.#delivered, { ...entry, session_id }];
    setTimeout(() => this.acknowledge(request_id, session_id), SHOWN_AFTER);
    this.#changed();
  }

  /** The message is in the transcript of this session. */
  acknowledge(request_id, session_id) {
    const shown = this.#delivered.some((entry) => entry.request_id === request_id);
    if (!shown && !this.#take(request_id, session_id)) return;
    this.#delivered = this.#delivered.filter((entry) => entry.request_id !== request_id);
    this.#changed();
  }

  /** The server will have the message later: it stays, and goes out again after so many seconds. */
  postpone(request_id, seconds) {
    if (!this.#flying.has(request_id)) return;
    clearTimeout(this.#flying.get(request_id));
    this.#fly(request_id, seconds * 1_000);
  }

  /** The server will not have the message: its entry is given back, and only then forgotten. */
  refuse(request_id, giveBack) {
    const entry = this.#find(request_id);
    if (!entry) return;
    giveBack(entry);
    this.#take(request_id, null);
    this.#changed();
  }

  /** Reads the storage anew, after another tab has changed it. */
  reload() {
    const stored = new Map(this.#read().map((entry) => [entry.request_id, entry]));
    const unstored = this.#entries.filter((entry) => entry.unstored && !stored.has(entry.request_id));
    this.#entries = inOrder([...stored.values(), ...unstored]);
    for (const entry of this.#entries) if (entry.owner !== this.#owner) this.#watch(entry.owner);
    this.#changed();
  }

  #read() {
    const entries = [];
    if (this.#prefix === null) return entries;
    for (let index = 0; index < this.#storage.length; index++) {
      const key = this.#storage.key(index);
      const entry = key.startsWith(this.#prefix) ? parseEntry(this.#storage.getItem(key)) : null;
      if (entry) entries.push(entry);
    }
    return entries;
  }

  /** Takes over the entries of a tab once it is gone. */
  #watch(owner) {
    if (this.#watched.has(owner)) return;
    this.#watched.add(owner);
    const adopt = () => {
      for (const entry of this.#read()) if (entry.owner === owner) this.#put({ ...entry, owner: this.#owner });
      this.#changed();
    };
    if (this.#locks) this.#locks.request(lockOf(owner), adopt);
    else adopt();
  }

  #find(request_id) {
    return this.#entries.find((entry) => entry.request_id === request_id);
  }

  /** Stores an entry; a browser that stores nothing keeps it for as long as the page lives. */
  #put(entry) {
    const others = this.#entries.filter((other) => other.request_id !== entry.request_id);
    const { unstored: _, ...plain } = entry;
    try {
      this.#storage.setItem(this.#prefix + entry.request_id, JSON.stringify(plain));
      this.#entries = inOrder([...others, plain]);
    } catch {
      this.#entries = inOrder([...others, { ...plain, unstored: true }]);
    }
  }

  #take(request_id, session_id) {
    clearTimeout(this.#flying.get(request_id));
    this.#flying.delete(request_id);
    const entry = this.#find(request_id);
    if (!entry) return undefined;
    this.#storage.removeItem(this.#prefix + request_id);
    this.#entries = this.#entries.filter((other) => other.request_id !== request_id);
    if (entry.session_id === null && session_id) {
      this.#sessions.set(entry.chat, session_id);
      for (const later of joinSession(this.#entries, { chat: entry.chat, session_id })) this.#put(later);
    }
    return entry;
  }

  #land() {
    for (const timer of this.#flying.values()) clearTimeout(timer);
    this.#flying.clear();
  }

  #changed() {
    if (this.#fire) {
      dueEntries(this.#entries, { owner: this.#owner, flying: this.#flying }).forEach(this.#launch);
    }
    const state = this.#fire ? "sending" : "waiting";
    this.#snapshot = [
      ...this.#delivered.map((entry) => ({ ...entry, state: "sent" })),
      ...this.#entries.map((entry) => ({ ...entry, state })),
    ];
    for (const listener of this.#listeners) listener();
  }

  #launch = (entry) => {
    this.#fly(entry.request_id, RETRY_AFTER);
    this.#fire(entry);
  };

  /** Lets an entry go out again after so many milliseconds, unless there is an answer to it before. */
  #fly(request_id, milliseconds) {
    const again = () => {
      this.#flying.delete(request_id);
      this.#changed();
    };
    this.#flying.set(request_id, setTimeout(again, milliseconds));
  }
}

function lockOf(owner) {
  return `outbox-tab:${owner}`;
}

/** A random id; only pages from this machine or over TLS have `randomUUID`. */
export function newId() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The one outbox of this page. */
export const outbox = new Outbox({ storage: openStorage(), locks: globalThis.navigator?.locks });

globalThis.addEventListener?.("storage", (event) => {
  if (event.key === null || event.key.startsWith(KEYS)) outbox.reload();
});
