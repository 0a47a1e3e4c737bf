// The secret of a link: out of the address bar at once, kept for the tab until it has done its work.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Secrets } from "../../../assets/auth/link-secret.js";
import { openStorage } from "../../../assets/lib/storage.js";

let storage, secrets, forgotten;
const take = (pathname, hash) => secrets.take({ pathname, hash }, () => forgotten++);

beforeEach(() => {
  storage = openStorage(() => null);
  secrets = new Secrets(storage);
  forgotten = 0;
});

test("the secret leaves the address bar and is there after a reload", () => {
  assert.equal(take("/join", "#abc"), "abc");
  assert.equal(forgotten, 1);
  assert.equal(new Secrets(storage).take({ pathname: "/join", hash: "" }, assert.fail), "abc");
});

test("another link for the same page replaces the one before", () => {
  take("/join", "#old");
  assert.equal(take("/join", "#new"), "new");
  assert.equal(take("/join", ""), "new");
});

test("a slash at the end is the same page", () => {
  take("/join/", "#abc");
  assert.equal(take("/join", ""), "abc");
});

test("each page has its own, and none without a link", () => {
  take("/join", "#abc");
  assert.equal(take("/reset", ""), "");
  assert.equal(forgotten, 1);
});

test("what has done its work is forgotten", () => {
  take("/join", "#abc");
  secrets.forget({ pathname: "/join" });
  assert.equal(take("/join", ""), "");
});

test("a storage that takes nothing does not stand in the way", () => {
  storage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  assert.equal(take("/join", "#abc"), "abc");
});
