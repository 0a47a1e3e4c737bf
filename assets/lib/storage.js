/** The browser's storage for this site, with a substitute in memory where the browser refuses it. */

class MemoryStorage {
  #items = new Map();
  get length() {
    return this.#items.size;
  }
  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key) {
    return this.#items.get(key) ?? null;
  }
  setItem(key, value) {
    this.#items.set(key, String(value));
  }
  removeItem(key) {
    this.#items.delete(key);
  }
}

/** Returns the storage that `open` returns, or one in memory: with blocked cookies, browsers throw an error. */
export function openStorage(open = () => globalThis.localStorage) {
  try {
    return open() ?? new MemoryStorage();
  } catch {
    return new MemoryStorage();
  }
}

/**
 * Returns the prefix of the storage keys of one person's entries.
 * @param {string} kind what is stored
 * @param {string} ownerKey identifies a person in a workspace; "" without a login
 */
export function keyPrefix(kind, ownerKey) {
  return ownerKey ? `${kind}@${ownerKey}:` : `${kind}:`;
}

/** Returns the keys that begin with a prefix. */
export function keysWithPrefix(storage, prefix) {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  return keys.filter((key) => key.startsWith(prefix));
}
