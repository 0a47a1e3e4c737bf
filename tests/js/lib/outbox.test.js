// The outbox over a browser's storage: reloads, several tabs, lost answers, refusals.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Outbox } from "../../../assets/lib/outbox.js";

/** A Storage of which several tabs can have a view. */
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

/** Web Locks for one browser: `holders[n]` is released by `close(n)`, as a tab that is closed releases its locks. */
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
const fire = (entry) => sent.push(entry);
const texts = () => sent.map((entry) => entry.text);
const write = (outbox, text, session_id = "ses_a") =>
  outbox.send({ session_id, agent_key: "local", chat: "chat", text });
const shown = (outbox) => outbox.snapshot().map((entry) => `${entry.text}:${entry.state}`);
const tab = (shelf = "") => new Outbox({ storage, locks, shelf });

beforeEach(() => {
  storage = new FakeStorage();
  locks = new FakeLocks();
  sent = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("messages that were written without a connection go out in order once there is one", () => {
  const outbox = tab();
  for (const text of ["one", "two", "three"]) write(outbox, text);
  assert.deepEqual(shown(outbox), ["one:waiting", "two:waiting", "three:waiting"]);
  outbox.open(fire);
  while (sent.length < 3) outbox.deliver(sent.at(-1).request_id, "ses_a");
  assert.deepEqual(texts(), ["one", "two", "three"]);
});

test("a message without an answer goes out again with its own request id, on the next connection and after a while", () => {
  const outbox = tab();
  outbox.open(fire);
  write(outbox, "one");
  outbox.close();
  outbox.open(fire);
  mock.timers.tick(10_000);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map((entry) => entry.request_id)).size, 1);
});

test("a delivered message is forgotten by the storage and shown until its row is there", () => {
  const outbox = tab();
  outbox.open(fire);
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

test("a row in the transcript answers as well as the server's word, and either may come first", () => {
  const outbox = tab();
  outbox.open(fire);
  write(outbox, "one");
  outbox.acknowledge(sent[0].request_id, "ses_a");
  outbox.deliver(sent[0].request_id, "ses_a");
  assert.deepEqual(shown(outbox), []);
  assert.equal(storage.length, 0);
});

test("messages of a new conversation end up in one session", () => {
  const outbox = tab();
  outbox.open(fire);
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

test("a refused text is given back before it is forgotten, and the next message goes on", () => {
  const outbox = tab();
  outbox.open(fire);
  write(outbox, "bad");
  write(outbox, "good");
  outbox.refuse(sent[0].request_id, (entry) => {
    assert.equal(entry.text, "bad");
    assert.equal(storage.length, 2);
  });
  assert.equal(storage.length, 1);
  assert.deepEqual(texts(), ["bad", "good"]);
});

test("a message that came too early stays, and goes out again when the server said, before what follows it", () => {
  const outbox = tab();
  outbox.open(fire);
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

test("an answer to what is not known changes nothing", () => {
  const outbox = tab();
  write(outbox, "one");
  outbox.deliver("unknown", "ses_a");
  outbox.acknowledge("unknown", "ses_a");
  outbox.refuse("unknown", () => assert.fail("nothing to give back"));
  assert.deepEqual(shown(outbox), ["one:waiting"]);
});

test("what a page did not get rid of is sent by the page after the reload, with the same request id", () => {
  const before = tab();
  before.open(fire);
  write(before, "one");
  const [lock] = locks.queues.keys();
  locks.closeFirstOf(lock);
  const after = tab();
  after.open(fire);
  assert.deepEqual(texts(), ["one", "one"]);
  assert.equal(sent[0].request_id, sent[1].request_id);
});

test("nobody's messages are taken or sent before it is known whose page it is", () => {
  write(tab(), "one");
  const outbox = tab(null);
  outbox.open(fire);
  assert.equal(write(outbox, "two"), false);
  locks.closeFirstOf([...locks.queues.keys()][0]);
  assert.deepEqual([sent, shown(outbox)], [[], []]);
  outbox.belongTo("");
  assert.deepEqual(texts(), ["one"]);
});

test("another person at the same browser neither sees nor sends what waits; it goes out when its writer is back", () => {
  const ada = tab("usr_ada");
  write(ada, "from ada");
  locks.closeFirstOf([...locks.queues.keys()][0]);
  const bob = tab("usr_bob");
  bob.open(fire);
  bob.reload();
  write(bob, "from bob");
  assert.deepEqual(texts(), ["from bob"]);
  const nobody = tab("");
  nobody.open(fire);
  assert.deepEqual(shown(nobody), []);
  const again = tab("usr_ada");
  again.open(fire);
  assert.deepEqual(texts(), ["from bob", "from ada"]);
});

test("a page that changes hands has nothing of the person before, and nothing on its way", () => {
  const outbox = tab("usr_ada");
  outbox.open(fire);
  write(outbox, "from ada");
  outbox.belongTo("usr_bob");
  mock.timers.tick(60_000);
  assert.deepEqual([texts(), shown(outbox)], [["from ada"], []]);
  outbox.deliver(sent[0].request_id, "ses_a");
  assert.equal(storage.length, 1);
});

test("a living tab's messages are its own; when it is closed exactly one other tab takes them over", () => {
  const first = tab();
  write(first, "one");
  const [second, third] = [tab(), tab()];
  second.open(fire);
  third.open(fire);
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

test("a full storage does not lose what is written while the page lives", () => {
  const outbox = tab();
  storage.full = true;
  write(outbox, "one");
  outbox.reload();
  outbox.open(fire);
  assert.deepEqual(texts(), ["one"]);
});

test("without room a message is not taken", () => {
  const outbox = tab();
  for (let index = 0; index < 50; index++) assert.equal(write(outbox, "x", `ses_${index}`), true);
  assert.equal(write(outbox, "one more"), false);
  assert.equal(outbox.snapshot().length, 50);
});

test("a browser without locks takes everything over at once", () => {
  locks = undefined;
  write(tab(), "one");
  const after = tab();
  after.open(fire);
  assert.deepEqual(texts(), ["one"]);
});

test("listeners hear of every change until they stop", () => {
  const outbox = tab();
  let calls = 0;
  const stop = outbox.subscribe(() => calls++);
  write(outbox, "one");
  stop();
  write(outbox, "two");
  assert.equal(calls, 1);
});
