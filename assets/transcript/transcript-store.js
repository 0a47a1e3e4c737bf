// The transcript as the browser holds it: groups of rows, the text of each row, and what is asked for by key.
// No React and no DOM. Patches come in; subscribers of a topic are told; a delta costs the same at any length.

/** Number of Unicode code points, the unit in which the server counts offsets. */
export function codePoints(text) {
  let count = 0;
  for (let index = 0; index < text.length; index += text.codePointAt(index) > 0xffff ? 2 : 1) count += 1;
  return count;
}

/** `text` without its first `count` code points. */
export function dropCodePoints(text, count) {
  let index = 0;
  for (; count > 0 && index < text.length; count -= 1) index += text.codePointAt(index) > 0xffff ? 2 : 1;
  return text.slice(index);
}

/** The entries of a row whose text lives in the store by key. */
function textsOf(row) {
  if (row.kind === "text") return [row];
  return row.kind === "reasoning" ? row.texts : [];
}

/** A user's group keeps the identity of the send that it came from, so that the pending row does not remount. */
const identity = (group) => group.rows[0]?.request_id ?? group.id;

/** Topics: "list", "found", and "group:", "text:", "detail:", "open:" with a key. */
export class TranscriptStore {
  #listeners = new Map();
  #groups = new Map();
  #order = [];
  /** First groups of loaded pages: they begin an exchange for good, so that no exchange ever gets another key. */
  #heads = new Set();
  #texts = new Map();
  #details = new Map();
  #open = new Set();
  #pending = [];
  #found = null;
  #onGap;
  #gapAsked = false;
  #list = { session: null, epoch: 0, older: false, newer: false, focus: null, shift: false, sends: 0, exchanges: [] };

  /** @param {{onGap: (session: string) => void}} hooks `onGap` is called once per window when text is missing. */
  constructor({ onGap }) {
    this.#onGap = onGap;
  }

  subscribe(topic, listener) {
    if (!this.#listeners.has(topic)) this.#listeners.set(topic, new Set());
    const subscribed = this.#listeners.get(topic);
    subscribed.add(listener);
    return () => {
      subscribed.delete(listener);
      if (subscribed.size === 0 && this.#listeners.get(topic) === subscribed) this.#listeners.delete(topic);
    };
  }

  /**
   * Applies one patch, or several in order. A patch of another session is not for this window; a delta names a
   * text that is of one session alone.
   */
  apply(patch) {
    if (Array.isArray(patch)) patch.forEach((each) => this.apply(each));
    else if (patch.op === "reset" || !("session" in patch) || patch.session === this.#list.session) {
      this.#operations[patch.op]?.(patch);
    }
  }

  /** Replaces the sends that the server has not acknowledged yet. */
  setPending(sends) {
    this.#pending = sends;
    this.#restructure();
  }

  /**
   * The window: `exchanges` (a question with what follows it), whether there is `older` and `newer`, the message to
   * `focus`, the number of `sends` on their way; `epoch` changes when the reader is to be moved, `shift` says that the last change was made at the start.
   */
  list = () => this.#list;
  found = () => this.#found;
  group = (id) => this.#groups.get(id);
  ids = () => this.#order;
  text = (key) => this.#texts.get(key)?.text ?? "";
  detail = (key) => this.#details.get(key);
  isOpen = (key) => this.#open.has(key);

  /** The pending sends that have their row by now. */
  arrived() {
    return this.#pending.filter((send) => this.#acknowledged(send.request_id));
  }

  toggle(key) {
    if (!this.#open.delete(key)) this.#open.add(key);
    this.#emit(`open:${key}`);
  }

  /** What a group says, as Markdown: the text for "copy". */
  markdown(id) {
    return (this.#groups.get(id)?.rows ?? [])
      .map((row) => (row.kind === "user" ? row.text : row.kind === "text" ? this.text(row.key) : ""))
      .filter(Boolean)
      .join("\n\n");
  }

  /** Every word of a group that a reader can find: text, reasoning, and what its steps were asked. */
  searchable(id) {
    const words = [this.markdown(id)];
    for (const row of this.#groups.get(id)?.rows ?? []) {
      if (row.kind === "reasoning") words.push(...row.texts.map(({ key }) => this.text(key)));
      if (row.kind === "steps") words.push(...row.steps.map((step) => `${step.name} ${step.subject}`));
    }
    return words.join("\n");
  }

  #operations = {
    reset: ({ session, groups, older, newer = false, focus = null }) => {
      const same = session === this.#list.session;
      this.#groups.clear();
      if (!same) this.#forget();
      this.#gapAsked = false;
      groups.forEach((group) => this.#put(group));
      this.#order = groups.map((group) => group.id);
      this.#heads = new Set(this.#order.slice(0, 1));
      const epoch = this.#list.epoch + (same && !focus ? 0 : 1);
      this.#restructure({ session, older, newer, focus, epoch });
      groups.forEach((group) => this.#emit(`group:${group.id}`));
    },
    older: ({ groups, older }) => {
      const added = this.#putNew(groups);
      this.#order = [...added, ...this.#order];
      added.slice(0, 1).forEach((id) => this.#heads.add(id));
      this.#restructure({ older, shift: added.length > 0 });
    },
    newer: ({ groups, newer }) => {
      this.#append(this.#putNew(groups));
      this.#restructure({ newer });
    },
    rows: ({ group: id, role, at, author = null, from, rows }) => {
      const known = this.#groups.get(id);
      if (!known && this.#list.newer) return;
      if ((known?.rows.length ?? 0) < from) return void this.#gap();
      const fresh = [...(known?.rows.slice(0, from) ?? []), ...rows.map((row) => this.#takeTexts(row))];
      this.#groups.set(id, { ...known, id, role, at, author, rows: fresh });
      if (known) return void this.#emit(`group:${id}`);
      this.#append([id]);
      this.#restructure();
    },
    delta: ({ row, offset, text }) => {
      const known = this.#texts.get(row);
      if (!known || offset > known.length) return void this.#gap();
      const added = codePoints(text);
      if (offset + added <= known.length) return;
      known.text += offset < known.length ? dropCodePoints(text, known.length - offset) : text;
      known.length = offset + added;
      this.#emit(`text:${row}`);
    },
    detail: ({ key, input, output, error }) => {
      this.#details.set(key, { input, output, error });
      this.#emit(`detail:${key}`);
    },
    progress: ({ group: id, progress }) => {
      const known = this.#groups.get(id);
      if (!known) return;
      this.#groups.set(id, { ...known, progress });
      this.#emit(`group:${id}`);
    },
    found: ({ query, matches }) => {
      this.#found = { query, ids: matches.map((match) => match.message_id) };
      this.#emit("found");
    },
  };

  #emit(topic) {
    for (const listener of [...(this.#listeners.get(topic) ?? [])]) listener();
  }

  /** Asks for a new window, once; a window before the end has no need of what comes after it. */
  #gap() {
    if (this.#gapAsked || this.#list.session === null || this.#list.newer) return;
    this.#gapAsked = true;
    this.#onGap(this.#list.session);
  }

  #forget() {
    for (const held of [this.#texts, this.#details, this.#open]) held.clear();
    this.#found = null;
    this.#emit("found");
  }

  #put(group) {
    this.#groups.set(group.id, { ...group, rows: group.rows.map((row) => this.#takeTexts(row)) });
    return group.id;
  }

  #putNew(groups) {
    return groups.filter((group) => !this.#groups.has(group.id)).map((group) => this.#put(group));
  }

  #append(ids) {
    if (this.#order.length === 0) ids.slice(0, 1).forEach((id) => this.#heads.add(id));
    this.#order = [...this.#order, ...ids];
  }

  /** Moves a row's text into the store and returns the row without it. */
  #takeTexts(row) {
    for (const entry of textsOf(row)) {
      const known = this.#texts.get(entry.key);
      if (entry.text === undefined) {
        if ((known?.length ?? 0) !== entry.length) this.#gap();
        continue;
      }
      this.#texts.set(entry.key, { text: entry.text, length: codePoints(entry.text) });
      if (known?.text !== entry.text) this.#emit(`text:${entry.key}`);
    }
    if (row.kind === "text") return { kind: row.kind, key: row.key, live: row.live };
    if (row.kind === "reasoning") return { ...row, texts: row.texts.map(({ key }) => ({ key })) };
    return row;
  }

  #acknowledged(requestId) {
    return this.#order.findLast((id) => identity(this.#groups.get(id)) === requestId) !== undefined;
  }

  #restructure(change = {}) {
    const { session, exchanges } = this.#list;
    this.#list = { ...this.#list, shift: false, ...change };
    const shown = this.#list.session === session ? exchanges.filter(({ send }) => send).map(({ key }) => key) : [];
    const sends = this.#sends(new Set(shown));
    this.#list.sends = sends.length;
    this.#list.exchanges = this.#list.newer ? this.#exchanges() : [...this.#exchanges(), ...sends];
    this.#emit("list");
  }

  #exchanges() {
    const exchanges = [];
    let before = null;
    for (const id of this.#order) {
      const group = this.#groups.get(id);
      if (group.role === "user" || this.#heads.has(id)) exchanges.push({ key: identity(group), ids: [id], before });
      else exchanges.at(-1).ids.push(id);
      before = id;
    }
    return exchanges;
  }

  /**
   * The pending sends of this conversation. One without a session yet keeps those that it has `shown`: they get their
   * session a moment before the window does.
   */
  #sends(shown) {
    const before = this.#order.at(-1) ?? null;
    const session = this.#list.session ?? "";
    const here = (send) => (send.session_id ?? "") === session || (session === "" && shown.has(send.request_id));
    return this.#pending
      .filter((send) => here(send) && !this.#acknowledged(send.request_id))
      .map((send) => ({ key: send.request_id, ids: [], before, send }));
  }
}
