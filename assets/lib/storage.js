/** The browser's storage for this site, or one that lasts as long as the page where there is none. */

class PageStorage {
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

/** Returns the storage that the function opens; blocked cookies make a browser refuse it with an error. */
export function openStorage(open = () => globalThis.localStorage) {
  try {
    return open() ?? new PageStorage();
  } catch {
    return new PageStorage();
  }
}

/**
 * Returns what the keys of a person's entries begin with; where nobody signs in there is one person.
 * @param {string} kind what is kept
 * @param {string} shelf names a person in a workspace, or ""
 */
export function keysOf(kind, shelf) {
  return shelf ? `${kind}@${shelf}:` : `${kind}:`;
}
