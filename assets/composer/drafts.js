/** Unsent text by conversation; it survives a reload. */
import { keyPrefix, keysWithPrefix, openStorage } from "../lib/storage.js";

/** Drafts that are kept for a person; beyond it the oldest one is removed. */
export const MAX_DRAFTS = 50;
const EMPTY = { text: "", error: "" };

/** Returns the key of a conversation's draft: its session, or its agent while it has no session. */
export function draftKey({ session_id, agent_key }) {
  return session_id || `new:${agent_key}`;
}

export class Drafts {
  #storage;
  #prefix;

  /**
   * @param {Storage} storage where drafts are stored
   * @param {string} ownerKey see `setOwner`
   */
  constructor(storage, ownerKey = "") {
    this.#storage = storage;
    this.setOwner(ownerKey);
  }

  /**
   * Sets the person whose drafts are read and written.
   * @param {string} ownerKey identifies a person in a workspace; "" without a login
   */
  setOwner(ownerKey) {
    this.#prefix = keyPrefix("draft", ownerKey);
  }

  /** Returns {text, error}; `error` says why the server refused the text. */
  read(key) {
    try {
      const { text, error } = JSON.parse(this.#storage.getItem(this.#prefix + key));
      return typeof text === "string" ? { text, error: String(error ?? "") } : EMPTY;
    } catch {
      return EMPTY;
    }
  }

  /** Stores a draft, or removes it when it is empty. When the storage is full, the stored draft stays as it is. */
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

  /** Inserts a refused text before what has been typed since. */
  restore(key, { text, error }) {
    const typed = this.read(key).text;
    this.write(key, { text: typed ? `${text}\n\n${typed}` : text, error });
  }

  #prune() {
    const keys = keysWithPrefix(this.#storage, this.#prefix);
    if (keys.length <= MAX_DRAFTS) return;
    const writtenAt = (key) => JSON.parse(this.#storage.getItem(key) ?? "{}").at ?? 0;
    keys.sort((a, b) => writtenAt(b) - writtenAt(a));
    for (const key of keys.slice(MAX_DRAFTS)) this.#storage.removeItem(key);
  }
}

/** The drafts of this browser. */
export const drafts = new Drafts(openStorage());
