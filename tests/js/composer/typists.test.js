// Who writes: told once, forgotten by itself, of one session at a time.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FORGOTTEN, noMoreOften, Typists, wordsFor } from "../../../assets/composer/typists.js";

const LABELS = { typing: "{name} is typing…", typing_two: "{first} and {second} are typing…", typing_many: "{count} people" };
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const patch = (id, typing = true, session = "a") => ({ session, id, name: id, typing });

let typists, told;
beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  typists = new Typists();
  told = 0;
  typists.subscribe(() => (told += 1));
});
const names = () => typists.snapshot().map((person) => person.name);

test("who goes on writing is told of once", () => {
  typists.apply(patch("ada"));
  const before = typists.snapshot();
  typists.apply(patch("ada"));
  assert.equal(typists.snapshot(), before);
  assert.equal(told, 1);
  typists.apply(patch("ada", false));
  assert.deepEqual(names(), []);
  typists.apply(patch("ada", false));
  assert.equal(told, 2);
});

test("somebody of whom nothing more is told is forgotten", (context) => {
  typists.apply(patch("ada"));
  context.mock.timers.tick(FORGOTTEN - 1);
  typists.apply(patch("ada"));
  typists.apply(patch("bob"));
  context.mock.timers.tick(FORGOTTEN - 1);
  assert.deepEqual(names(), ["ada", "bob"]);
  context.mock.timers.tick(1);
  assert.deepEqual(names(), []);
});

test("another session begins with nobody", (context) => {
  typists.apply(patch("ada"));
  typists.show("b");
  assert.deepEqual(names(), []);
  typists.apply(patch("bob", true, "b"));
  assert.deepEqual(names(), ["bob"]);
  typists.apply(patch("ada", true, "c"));
  assert.deepEqual(names(), ["ada"]);
  context.mock.timers.tick(FORGOTTEN);
  assert.deepEqual(names(), []);
});

test("the words name one or two, and count more", () => {
  const words = (...people) => wordsFor(people, LABELS, fill);
  assert.equal(words(), "");
  assert.equal(words("Ada"), "Ada is typing…");
  assert.equal(words("Ada", "Bob"), "Ada and Bob are typing…");
  assert.equal(words("Ada", "Bob", "Eve"), "3 people");
});

test("something is said at once, and again after a pause; another matter has its own", () => {
  let time = 0;
  const said = [];
  const { say, forget } = noMoreOften(3000, (key) => said.push(key), () => time);
  for (time of [0, 10, 2999, 3000, 3001]) say("a");
  say("b");
  say("b");
  assert.deepEqual(said, ["a", "a", "b"]);
  forget();
  say("b");
  assert.deepEqual(said, ["a", "a", "b", "b"]);
});
