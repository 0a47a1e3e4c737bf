// The secret of a one-time link: removed from the address bar, and kept for the tab until the link was used.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { LinkSecrets } from "../../../assets/auth/link-secret.js";
import { openStorage } from "../../../assets/lib/storage.js";

let storage, secrets, cleared;
const take = (pathname, hash) => secrets.take({ pathname, hash }, () => cleared++);

beforeEach(() => {
  storage = openStorage(() => null);
  secrets = new LinkSecrets(storage);
  cleared = 0;
});

test("the secret is removed from the address bar and kept for a reload", () => {
  assert.equal(take("/join", "#abc"), "abc");
  assert.equal(cleared, 1);
  assert.equal(new LinkSecrets(storage).take({ pathname: "/join", hash: "" }, assert.fail), "abc");
});

test("another link of the same page replaces the secret", () => {
  take("/join", "#old");
  assert.equal(take("/join", "#new"), "new");
  assert.equal(take("/join", ""), "new");
});

test("a trailing slash makes no difference", () => {
  take("/join/", "#abc");
  assert.equal(take("/join", ""), "abc");
});

test("each page has its own secret", () => {
  take("/join", "#abc");
  assert.equal(take("/reset", ""), "");
  assert.equal(cleared, 1);
});

test("a used secret is removed", () => {
  take("/join", "#abc");
  secrets.forget({ pathname: "/join" });
  assert.equal(take("/join", ""), "");
});

test("a full storage does not prevent the use of a link", () => {
  storage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  assert.equal(take("/join", "#abc"), "abc");
});
