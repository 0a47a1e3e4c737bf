/** What a person typed and did not send, by conversation; it survives a reload. */
import { keysOf, openStorage } from "../lib/storage.js";

/** Drafts that are kept for a person; beyond it the oldest one goes. */
export const MAX_DRAFTS = 50;
const NONE = { text: "", error: "" };

/** Names the draft of a session, or of a conversation with an agent that has no session yet. */
export function draftKey({ session_id, agent_key }) {
  return session_id || `new:${agent_key}`;
}

export class Drafts {
  #storage;
  #prefix;

  /**
   * @param {Storage} storage where drafts live
   * @param {string} shelf see `belongTo`
   */
  constructor(storage, shelf = "") {
    this.#storage = storage;
    this.belongTo(shelf);
  }

  /** Says whose drafts these are: a person's in a workspace, or "" where nobody signs in. Nobody else's are read or written. */
  belongTo(shelf) {
    this.#prefix = keysOf("draft", shelf);
  }

  /** Returns {text, error}; `error` says why a message came back. */
  read(key) {
    try {
      const { text, error } = JSON.parse(this.#storage.getItem(this.#prefix + key));
      return typeof text === "string" ? { text, error: String(error ?? "") } : NONE;
    } catch {
      return NONE;
    }
  }

  /** Keeps the draft; an empty one is forgotten. A full storage keeps what it has. */
  write(key, { text, error = "" }) {
    if (!text && !error) {
      this.#storage.removeItem(this.#prefix + key);
      return;
    }
    try {
      this.#storage.setItem(this.#prefix + key, JSON.stringify({ text, error, at: Date.now() }));
    } catch {
      return;
    }
    this.#prune();
  }

  /** Puts a text that came back before what has been typed since. */
  giveBack(key, { text, error }) {
    const typed = this.read(key).text;
    this.write(key, { text: typed ? `${text}\n\n${typed}` : text, error });
  }

  #prune() {
    const kept = [];
    for (let index = 0; index < this.#storage.length; index++) {
      const key = this.#storage.key(index);
      if (key.startsWith(this.#prefix)) kept.push(key);
    }
    if (kept.length <= MAX_DRAFTS) return;
    const age = (key) => JSON.parse(this.#storage.getItem(key) ?? "{}").at ?? 0;
    kept.sort((a, b) => age(b) - age(a));
    for (const key of kept.slice(MAX_DRAFTS)) this.#storage.removeItem(key);
  }
}

/** The one set of drafts of this browser. */
export const drafts = new Drafts(openStorage());
