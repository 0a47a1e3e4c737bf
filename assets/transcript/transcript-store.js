/**
 * The transcript in the browser: groups of rows, the text of each row, and details by key. It is updated by patches
 * and notifies the subscribers of a topic. The cost of a delta does not depend on the length of the conversation.
 */
import { countCodePoints, dropCodePoints } from "../lib/code-points.js";
import { Listeners } from "../lib/store.js";

/** Returns the parts of a row whose text is stored by key. */
function textsOf(row) {
  if (row.kind === "text") return [row];
  return row.kind === "reasoning" ? row.texts : [];
}

/** Returns the React key of a group: the request id of a user's message, so that the pending row does not remount. */
const keyOf = (group) => group.rows[0]?.request_id ?? group.id;

/** Topics: "list", "findResult", and "group:", "text:", "detail:", "open:" with a key. */
export class TranscriptStore {
  #listeners = new Map();
  #groups = new Map();
  #order = [];
  /** First groups of loaded pages. They always begin an exchange, so that the key of an exchange never changes. */
  #heads = new Set();
  #texts = new Map();
  #details = new Map();
  #open = new Set();
  #pending = [];
  #findResult = null;
  #onGap;
  #gapReported = false;
  #list = {
    session: null,
    epoch: 0,
    older: false,
    newer: false,
    focus: null,
    shift: false,
    pendingCount: 0,
    exchanges: [],
  };

  /** @param {{onGap: (session: string) => void}} hooks `onGap` is called once per window when text is missing */
  constructor({ onGap }) {
    this.#onGap = onGap;
  }

  subscribe(topic, listener) {
    if (!this.#listeners.has(topic)) this.#listeners.set(topic, new Listeners());
    const listeners = this.#listeners.get(topic);
    const remove = listeners.add(listener);
    return () => {
      remove();
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  /**
   * Applies a patch, or several in order. Patches of other sessions are ignored; a delta names no session, since its
   * text belongs to one.
   */
  apply(patch) {
    if (Array.isArray(patch)) patch.forEach((single) => this.apply(single));
    else if (patch.op === "reset" || !("session" in patch) || patch.session === this.#list.session) {
      this.#operations[patch.op]?.(patch);
    }
  }

  /** Replaces the messages of the outbox. */
  setPending(messages) {
    this.#pending = messages;
    this.#restructure();
  }

  /**
   * Returns the loaded window: its `exchanges` (a user's message with what follows it), whether there are `older` and
   * `newer` messages, the message to `focus`, and the number of pending messages. `epoch` changes when the scroll
   * position has to be reset; `shift` is true when the last change was at the start.
   */
  list = () => this.#list;
  findResult = () => this.#findResult;
  group = (id) => this.#groups.get(id);
  ids = () => this.#order;
  text = (key) => this.#texts.get(key)?.text ?? "";
  detail = (key) => this.#details.get(key);
  isOpen = (key) => this.#open.has(key);

  /** Returns whether nothing follows a group, not even a message that waits in the outbox. */
  isLast(id) {
    return id === this.#order.at(-1) && this.#list.pendingCount === 0 && !this.#list.newer;
  }

  /** Returns the pending messages that have their row. */
  acknowledged() {
    return this.#pending.filter((message) => this.#hasRow(message.request_id));
  }

  toggle(key) {
    if (!this.#open.delete(key)) this.#open.add(key);
    this.#notify(`open:${key}`);
  }

  /** Returns the text of a group as Markdown, for copying. */
  markdown(id) {
    return (this.#groups.get(id)?.rows ?? [])
      .map((row) => (row.kind === "user" ? row.text : row.kind === "text" ? this.text(row.key) : ""))
      .filter(Boolean)
      .join("\n\n");
  }

  /** Returns the text of a group that can be searched: messages, reasoning, and the names and arguments of steps. */
  searchableText(id) {
    const texts = [this.markdown(id)];
    for (const row of this.#groups.get(id)?.rows ?? []) {
      if (row.kind === "reasoning") texts.push(...row.texts.map(({ key }) => this.text(key)));
      if (row.kind === "steps") texts.push(...row.steps.map((step) => `${step.name} ${step.subject}`));
    }
    return texts.join("\n");
  }

  #operations = {
    reset: ({ session, groups, older, newer = false, focus = null }) => {
      const same = session === this.#list.session;
      this.#groups.clear();
      if (!same) this.#clearTexts();
      this.#gapReported = false;
      groups.forEach((group) => this.#put(group));
      this.#order = groups.map((group) => group.id);
      this.#heads = new Set(this.#order.slice(0, 1));
      const epoch = this.#list.epoch + (same && !focus ? 0 : 1);
      this.#restructure({ session, older, newer, focus, epoch });
      groups.forEach((group) => this.#notify(`group:${group.id}`));
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
      if ((known?.rows.length ?? 0) < from) return void this.#reportGap();
      const merged = [...(known?.rows.slice(0, from) ?? []), ...rows.map((row) => this.#storeTexts(row))];
      this.#groups.set(id, { ...known, id, role, at, author, rows: merged });
      if (known) return void this.#notify(`group:${id}`);
      this.#append([id]);
      this.#restructure();
    },
    delta: ({ row, offset, text }) => {
      const known = this.#texts.get(row);
      if (!known || offset > known.length) return void this.#reportGap();
      const added = countCodePoints(text);
      if (offset + added <= known.length) return;
      known.text += offset < known.length ? dropCodePoints(text, known.length - offset) : text;
      known.length = offset + added;
      this.#notify(`text:${row}`);
    },
    detail: ({ key, input, output, error }) => {
      this.#details.set(key, { input, output, error });
      this.#notify(`detail:${key}`);
    },
    progress: ({ group: id, progress }) => {
      const known = this.#groups.get(id);
      if (!known) return;
      this.#groups.set(id, { ...known, progress });
      this.#notify(`group:${id}`);
    },
    found: ({ query, matches }) => {
      this.#findResult = { query, ids: matches.map((match) => match.message_id) };
      this.#notify("findResult");
    },
  };

  #notify(topic) {
    this.#listeners.get(topic)?.notify();
  }

  /** Reports missing text once per window. A window that is not the newest does not need what follows it. */
  #reportGap() {
    if (this.#gapReported || this.#list.session === null || this.#list.newer) return;
    this.#gapReported = true;
    this.#onGap(this.#list.session);
  }

  #clearTexts() {
    for (const map of [this.#texts, this.#details, this.#open]) map.clear();
    this.#findResult = null;
    this.#notify("findResult");
  }

  #put(group) {
    this.#groups.set(group.id, { ...group, rows: group.rows.map((row) => this.#storeTexts(row)) });
    return group.id;
  }

  #putNew(groups) {
    return groups.filter((group) => !this.#groups.has(group.id)).map((group) => this.#put(group));
  }

  #append(ids) {
    if (this.#order.length === 0) ids.slice(0, 1).forEach((id) => this.#heads.add(id));
    this.#order = [...this.#order, ...ids];
  }

  /** Stores a row's texts and returns the row without them. */
  #storeTexts(row) {
    for (const entry of textsOf(row)) {
      const known = this.#texts.get(entry.key);
      if (entry.text === undefined) {
        if ((known?.length ?? 0) !== entry.length) this.#reportGap();
        continue;
      }
      this.#texts.set(entry.key, { text: entry.text, length: countCodePoints(entry.text) });
      if (known?.text !== entry.text) this.#notify(`text:${entry.key}`);
    }
    if (row.kind === "text") return { kind: row.kind, key: row.key, live: row.live };
    if (row.kind === "reasoning") return { ...row, texts: row.texts.map(({ key }) => ({ key })) };
    return row;
  }

  #hasRow(requestId) {
    return this.#order.findLast((id) => keyOf(this.#groups.get(id)) === requestId) !== undefined;
  }

  #restructure(change = {}) {
    const { session, exchanges } = this.#list;
    this.#list = { ...this.#list, shift: false, ...change };
    const shown = this.#list.session === session ? exchanges.filter((exchange) => exchange.pending) : [];
    const pending = this.#pendingExchanges(new Set(shown.map(({ key }) => key)));
    this.#list.pendingCount = pending.length;
    this.#list.exchanges = this.#list.newer ? this.#exchanges() : [...this.#exchanges(), ...pending];
    this.#notify("list");
  }

  #exchanges() {
    const exchanges = [];
    let before = null;
    for (const id of this.#order) {
      const group = this.#groups.get(id);
      if (group.role === "user" || this.#heads.has(id)) exchanges.push({ key: keyOf(group), ids: [id], before });
      else exchanges.at(-1).ids.push(id);
      before = id;
    }
    return exchanges;
  }

  /**
   * Returns the exchanges of this conversation's pending messages. A new conversation keeps those that it has `shown`:
   * they get their session a moment before the window does.
   */
  #pendingExchanges(shown) {
    const before = this.#order.at(-1) ?? null;
    const session = this.#list.session ?? "";
    const belongs = (message) =>
      (message.session_id ?? "") === session || (session === "" && shown.has(message.request_id));
    return this.#pending
      .filter((message) => belongs(message) && !this.#hasRow(message.request_id))
      .map((message) => ({ key: message.request_id, ids: [], before, pending: message }));
  }
}
