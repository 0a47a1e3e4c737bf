/**
 * The secret of a one-time link: the fragment of its address. It is removed from the address bar and kept for this
 * tab, because phones reload a page after a visit to the password manager, and joining may need a sign-in first.
 */
import { openStorage } from "../lib/storage.js";

/** Returns the storage key of a page; servers may add a slash to its path. */
const keyOf = (pathname) => `link:${pathname.replace(/\/$/, "")}`;

export class LinkSecrets {
  #storage;

  /** @param {Storage} storage lasts as long as the tab */
  constructor(storage) {
    this.#storage = storage;
  }

  /**
   * Returns the secret of the page at this location: the one in its address, else the stored one, else "".
   * @param {() => void} clearHash removes the secret from the address bar
   */
  take({ pathname, hash }, clearHash) {
    const secret = hash.slice(1);
    if (secret) {
      clearHash();
      try {
        this.#storage.setItem(keyOf(pathname), secret);
      } catch {
        return secret;
      }
    }
    return secret || (this.#storage.getItem(keyOf(pathname)) ?? "");
  }

  /** Removes the secret of a link that was used or is invalid. */
  forget({ pathname }) {
    this.#storage.removeItem(keyOf(pathname));
  }
}

/** The secrets of this tab. */
export const linkSecrets = new LinkSecrets(openStorage(() => globalThis.sessionStorage));

/** Returns the secret of the current page. */
export function takeLinkSecret() {
  const clearHash = () => history.replaceState(history.state, "", location.pathname + location.search);
  return linkSecrets.take(location, clearHash);
}
