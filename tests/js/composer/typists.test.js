// Who is typing: one notification per change, expiry, and one session at a time.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { describeTypists, EXPIRES_AFTER, Typists } from "../../../assets/composer/typists.js";

const LABELS = {
  typing: "{name} is typing…",
  typing_two: "{first} and {second} are typing…",
  typing_many: "{count} people",
};
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const patch = (id, typing = true, session = "a") => ({ session, id, name: id, typing });

let typists, notified;
beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  typists = new Typists();
  notified = 0;
  typists.people.subscribe(() => (notified += 1));
});
const names = () => typists.people.snapshot().map((person) => person.name);

test("a person who continues to type causes one notification", () => {
  typists.apply(patch("ada"));
  const before = typists.people.snapshot();
  typists.apply(patch("ada"));
  assert.equal(typists.people.snapshot(), before);
  assert.equal(notified, 1);
  typists.apply(patch("ada", false));
  assert.deepEqual(names(), []);
  typists.apply(patch("ada", false));
  assert.equal(notified, 2);
});

test("a person without further patches is removed", (context) => {
  typists.apply(patch("ada"));
  context.mock.timers.tick(EXPIRES_AFTER - 1);
  typists.apply(patch("ada"));
  typists.apply(patch("bob"));
  context.mock.timers.tick(EXPIRES_AFTER - 1);
  assert.deepEqual(names(), ["ada", "bob"]);
  context.mock.timers.tick(1);
  assert.deepEqual(names(), []);
});

test("another session starts empty", (context) => {
  typists.apply(patch("ada"));
  typists.show("b");
  assert.deepEqual(names(), []);
  typists.apply(patch("bob", true, "b"));
  assert.deepEqual(names(), ["bob"]);
  typists.apply(patch("ada", true, "c"));
  assert.deepEqual(names(), ["ada"]);
  context.mock.timers.tick(EXPIRES_AFTER);
  assert.deepEqual(names(), []);
});

test("the sentence names one or two people, and counts more", () => {
  const describe = (...people) => describeTypists(people, LABELS, fill);
  assert.equal(describe(), "");
  assert.equal(describe("Ada"), "Ada is typing…");
  assert.equal(describe("Ada", "Bob"), "Ada and Bob are typing…");
  assert.equal(describe("Ada", "Bob", "Eve"), "3 people");
});
