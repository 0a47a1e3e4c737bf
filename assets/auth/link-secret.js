/**
 * The secret of a link, which stands behind the "#" of its address. It is taken out of the address bar, and kept for
 * this tab: a phone loads a page anew after a look at the password manager, and who joins may have to sign in first.
 */
import { openStorage } from "../lib/storage.js";

/** Names what is kept for a page; a server may add a slash to its address. */
const keyOf = (pathname) => `link:${pathname.replace(/\/$/, "")}`;

export class Secrets {
  #storage;

  /** @param {Storage} storage what lasts as long as the tab */
  constructor(storage) {
    this.#storage = storage;
  }

  /** Returns the secret of the page at this path: from the address if it has one, else the one from before, else "". */
  take({ pathname, hash }, forgetHash) {
    const secret = hash.slice(1);
    if (secret) {
      forgetHash();
      try {
        this.#storage.setItem(keyOf(pathname), secret);
      } catch {
        return secret;
      }
    }
    return secret || (this.#storage.getItem(keyOf(pathname)) ?? "");
  }

  /** The link has done its work, or will never do it. */
  forget({ pathname }) {
    this.#storage.removeItem(keyOf(pathname));
  }
}

/** The secrets of this tab. */
export const secrets = new Secrets(openStorage(() => globalThis.sessionStorage));

/** Returns the secret of the page that is shown. */
export function takeSecret() {
  return secrets.take(location, () => history.replaceState(history.state, "", location.pathname + location.search));
}
