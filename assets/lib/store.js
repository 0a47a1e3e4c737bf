/** Observable values. They are free of React, so that Node can test what is built on them. */

/** Functions that are called after a change. */
export class Listeners {
  #listeners = new Set();

  get size() {
    return this.#listeners.size;
  }

  /** Adds a listener and returns the function that removes it. */
  add(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  notify() {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** One value with listeners; components read it with `useStore`, and only its owner sets it. */
export class Store {
  #initial;
  #value;
  #listeners = new Listeners();

  constructor(initial) {
    this.#initial = initial;
    this.#value = initial;
  }

  subscribe = (listener) => this.#listeners.add(listener);

  snapshot = () => this.#value;

  /** The value with which the page was prerendered. */
  initial = () => this.#initial;

  set(value) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.#listeners.notify();
  }
}
