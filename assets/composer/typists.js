/** Who else writes, as it is told by patches. Each of them is forgotten by themselves unless it is told again. */

/** Milliseconds after which somebody of whom nothing more was told is taken to have stopped; the server tells sooner. */
export const FORGOTTEN = 12_000;

const NOBODY = [];

export class Typists {
  #session = "";
  #people = NOBODY;
  #timers = new Map();
  #listeners = new Set();

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The people who write, [{id, name}], in the order in which they began; the same list until one comes or goes. */
  snapshot = () => this.#people;

  /** Takes {session, id, name, typing}. */
  apply({ session, id, name, typing }) {
    if (session !== this.#session) this.#begin(session);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (typing) {
      const timer = setTimeout(() => this.apply({ session, id, name, typing: false }), FORGOTTEN);
      this.#timers.set(id, timer);
    }
    const known = this.#people.some((person) => person.id === id);
    if (known === typing) return;
    this.#change(typing ? [...this.#people, { id, name }] : this.#people.filter((person) => person.id !== id));
  }

  /** Forgets who wrote in another session than this one. */
  show(session) {
    if (session !== this.#session) this.#begin(session);
  }

  #begin(session) {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#session = session;
    if (this.#people !== NOBODY) this.#change(NOBODY);
  }

  #change(people) {
    this.#people = people;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The words for who writes. */
export function wordsFor(names, labels, fill) {
  const [first, second] = names;
  if (names.length === 0) return "";
  if (names.length === 1) return fill(labels.typing, { name: first });
  return names.length === 2 ? fill(labels.typing_two, { first, second }) : fill(labels.typing_many, { count: names.length });
}

/**
 * Returns {say, forget}: `say` calls the given function at once, and again no sooner than after `pause` milliseconds;
 * another `key` is another matter, and so is what comes after `forget`.
 */
export function noMoreOften(pause, call, now = () => performance.now()) {
  let last = null;
  return {
    say(key) {
      const at = now();
      if (last?.key === key && at - last.at < pause) return;
      last = { key, at };
      call(key);
    },
    forget() {
      last = null;
    },
  };
}

/** The one account of who writes on this page. */
export const typists = new Typists();
