// The outbox in a browser's storage: reloads, several tabs, lost answers, refusals.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Outbox } from "../../../assets/lib/outbox.js";

/** A Storage that several tabs share. */
class FakeStorage {
  items = new Map();
  full = false;
  get length() {
    return this.items.size;
  }
  key(index) {
    return [...this.items.keys()][index];
  }
  getItem(key) {
    return this.items.get(key) ?? null;
  }
  setItem(key, value) {
    if (this.full) throw new Error("QuotaExceededError");
    this.items.set(key, value);
  }
  removeItem(key) {
    this.items.delete(key);
  }
}

/** Web Locks for one browser: `holders[n]` is released by `close(n)`, like the locks of a closed tab. */
class FakeLocks {
  queues = new Map();
  request(name, granted) {
    const queue = this.queues.get(name) ?? [];
    this.queues.set(name, [...queue, granted]);
    if (queue.length === 0) granted();
  }
  closeFirstOf(name) {
    const [, ...rest] = this.queues.get(name);
    this.queues.set(name, rest);
    for (const granted of rest) granted();
  }
}

let storage, locks, sent;
const sendEntry = (entry) => sent.push(entry);
const texts = () => sent.map((entry) => entry.text);
const write = (outbox, text, session_id = "ses_a") =>
  outbox.add({ session_id, agent_key: "local", chat: "chat", text });
const shown = (outbox) => outbox.messages.snapshot().map((entry) => `${entry.text}:${entry.state}`);
const tab = (ownerKey = "") => new Outbox({ storage, locks, ownerKey });

beforeEach(() => {
  storage = new FakeStorage();
  locks = new FakeLocks();
  sent = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("messages that were written without a connection are sent in order once there is one", () => {
  const outbox = tab();
  for (const text of ["one", "two", "three"]) write(outbox, text);
  assert.deepEqual(shown(outbox), ["one:waiting", "two:waiting", "three:waiting"]);
  outbox.connect(sendEntry);
  while (sent.length < 3) outbox.deliver(sent.at(-1).request_id, "ses_a");
  assert.deepEqual(texts(), ["one", "two", "three"]);
});

test("a message without an answer is sent again with its request id, on the next connection and after a while", () => {
  const outbox = tab();
  outbox.connect(sendEntry);
  write(outbox, "one");
  outbox.disconnect();
  outbox.connect(sendEntry);
  mock.timers.tick(10_000);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map((entry) => entry.request_id)).size, 1);
});

test("a delivered message is removed from the storage and shown until its row is there", () => {
  const outbox = tab();
  outbox.connect(sendEntry);
  write(outbox, "one");
  const { request_id } = sent[0];
  outbox.deliver(request_id, "ses_a");
  assert.equal(storage.length, 0);
  assert.deepEqual(shown(outbox), ["one:sent"]);
  outbox.acknowledge(request_id, "ses_a");
  assert.deepEqual(shown(outbox), []);
  mock.timers.tick(60_000);
  assert.equal(sent.length, 1);
});

test("the row in the transcript and the answer of the server can arrive in either order", () => {
  const outbox = tab();
  outbox.connect(sendEntry);
  write(outbox, "one");
  outbox.acknowledge(sent[0].request_id, "ses_a");
  outbox.deliver(sent[0].request_id, "ses_a");
  assert.deepEqual(shown(outbox), []);
  assert.equal(storage.length, 0);
});

test("messages of a new conversation get one session", () => {
  const outbox = tab();
  outbox.connect(sendEntry);
  write(outbox, "one", null);
  write(outbox, "two", null);
  outbox.deliver(sent[0].request_id, "ses_new");
  write(outbox, "three", null);
  outbox.deliver(sent[1].request_id, "ses_new");
  assert.deepEqual(
    sent.map((entry) => [entry.text, entry.session_id]),
    [
      ["one", null],
      ["two", "ses_new"],
      ["three", "ses_new"],
    ],
  );
  assert.equal(outbox.sessionOf("chat"), "ses_new");
});

test("a refused text is restored before it is removed, and the next message is sent", () => {
  const outbox = tab();
  outbox.connect(sendEntry);
  write(outbox, "bad");
  write(outbox, "good");
  outbox.refuse(sent[0].request_id, (entry) => {
    assert.equal(entry.text, "bad");
    assert.equal(storage.length, 2);
  });
  assert.equal(storage.length, 1);
  assert.deepEqual(texts(), ["bad", "good"]);
});

test("a postponed message is sent again after the time that the server named, before the next one", () => {
  const outbox = tab();
  outbox.connect(sendEntry);
  write(outbox, "early");
  write(outbox, "next");
  outbox.postpone(sent[0].request_id, 30);
  assert.deepEqual(shown(outbox), ["early:sending", "next:sending"]);
  assert.equal(storage.length, 2);
  mock.timers.tick(29_999);
  assert.deepEqual(texts(), ["early"]);
  mock.timers.tick(1);
  assert.deepEqual(texts(), ["early", "early"]);
  assert.equal(sent[0].request_id, sent[1].request_id);
  outbox.deliver(sent[1].request_id, "ses_a");
  assert.deepEqual(texts(), ["early", "early", "next"]);
  outbox.postpone("unknown", 1);
});

test("an answer to an unknown message changes nothing", () => {
  const outbox = tab();
  write(outbox, "one");
  outbox.deliver("unknown", "ses_a");
  outbox.acknowledge("unknown", "ses_a");
  outbox.refuse("unknown", () => assert.fail("nothing to restore"));
  assert.deepEqual(shown(outbox), ["one:waiting"]);
});

test("an unsent message is sent after a reload with the same request id", () => {
  const before = tab();
  before.connect(sendEntry);
  write(before, "one");
  const [lock] = locks.queues.keys();
  locks.closeFirstOf(lock);
  const after = tab();
  after.connect(sendEntry);
  assert.deepEqual(texts(), ["one", "one"]);
  assert.equal(sent[0].request_id, sent[1].request_id);
});

test("no message is accepted or sent before the owner is known", () => {
  write(tab(), "one");
  const outbox = tab(null);
  outbox.connect(sendEntry);
  assert.equal(write(outbox, "two"), false);
  locks.closeFirstOf([...locks.queues.keys()][0]);
  assert.deepEqual([sent, shown(outbox)], [[], []]);
  outbox.setOwner("");
  assert.deepEqual(texts(), ["one"]);
});

test("another person in the same browser neither sees nor sends a message; it is sent when its author is back", () => {
  const ada = tab("usr_ada");
  write(ada, "from ada");
  locks.closeFirstOf([...locks.queues.keys()][0]);
  const bob = tab("usr_bob");
  bob.connect(sendEntry);
  bob.reload();
  write(bob, "from bob");
  assert.deepEqual(texts(), ["from bob"]);
  const nobody = tab("");
  nobody.connect(sendEntry);
  assert.deepEqual(shown(nobody), []);
  const again = tab("usr_ada");
  again.connect(sendEntry);
  assert.deepEqual(texts(), ["from bob", "from ada"]);
});

test("a new owner has no messages of the previous one, also none in flight", () => {
  const outbox = tab("usr_ada");
  outbox.connect(sendEntry);
  write(outbox, "from ada");
  outbox.setOwner("usr_bob");
  mock.timers.tick(60_000);
  assert.deepEqual([texts(), shown(outbox)], [["from ada"], []]);
  outbox.deliver(sent[0].request_id, "ses_a");
  assert.equal(storage.length, 1);
});

test("a tab's messages stay its own while it lives; when it is closed, exactly one other tab takes them over", () => {
  const first = tab();
  write(first, "one");
  const [second, third] = [tab(), tab()];
  second.connect(sendEntry);
  third.connect(sendEntry);
  assert.deepEqual(sent, []);
  const [lock] = locks.queues.keys();
  locks.closeFirstOf(lock);
  assert.deepEqual(texts(), ["one"]);
  assert.deepEqual(shown(second), ["one:sending"]);
});

test("tabs that write at the same time do not overwrite each other", () => {
  const [first, second] = [tab(), tab()];
  write(first, "one");
  write(second, "two");
  first.reload();
  assert.deepEqual(shown(first).sort(), ["one:waiting", "two:waiting"]);
});

test("with a full storage, messages are kept in memory", () => {
  const outbox = tab();
  storage.full = true;
  write(outbox, "one");
  outbox.reload();
  outbox.connect(sendEntry);
  assert.deepEqual(texts(), ["one"]);
});

test("a full outbox accepts no message", () => {
  const outbox = tab();
  for (let index = 0; index < 50; index++) assert.equal(write(outbox, "x", `ses_${index}`), true);
  assert.equal(write(outbox, "one more"), false);
  assert.equal(outbox.messages.snapshot().length, 50);
});

test("without locks, entries of other tabs are taken over at once", () => {
  locks = undefined;
  write(tab(), "one");
  const after = tab();
  after.connect(sendEntry);
  assert.deepEqual(texts(), ["one"]);
});

test("listeners are called after each change until they unsubscribe", () => {
  const outbox = tab();
  let calls = 0;
  const stop = outbox.messages.subscribe(() => calls++);
  write(outbox, "one");
  stop();
  write(outbox, "two");
  assert.equal(calls, 1);
});
