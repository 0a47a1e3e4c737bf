/** Who else is typing, updated by patches from the server. */
import { Store } from "../lib/store.js";

/** Milliseconds after which a person counts as having stopped; the server normally reports that sooner. */
export const EXPIRES_AFTER = 12_000;

const NOBODY = [];

export class Typists {
  /** The people who are typing, [{id, name}], in the order in which they began. */
  people = new Store(NOBODY);

  #session = "";
  #timers = new Map();

  /** Applies a patch {session, id, name, typing}. */
  apply({ session, id, name, typing }) {
    this.show(session);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (typing) {
      const expire = () => this.apply({ session, id, name, typing: false });
      this.#timers.set(id, setTimeout(expire, EXPIRES_AFTER));
    }
    const people = this.people.snapshot();
    const known = people.some((person) => person.id === id);
    if (known === typing) return;
    this.people.set(typing ? [...people, { id, name }] : people.filter((person) => person.id !== id));
  }

  /** Sets the session; people who type in another one are removed. */
  show(session) {
    if (session === this.#session) return;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#session = session;
    this.people.set(NOBODY);
  }
}

/** Returns the sentence that says who is typing, or "". */
export function describeTypists(names, labels, fill) {
  const [first, second] = names;
  if (names.length === 0) return "";
  if (names.length === 1) return fill(labels.typing, { name: first });
  if (names.length === 2) return fill(labels.typing_two, { first, second });
  return fill(labels.typing_many, { count: names.length });
}

/** The people who are typing on this page. */
export const typists = new Typists();
