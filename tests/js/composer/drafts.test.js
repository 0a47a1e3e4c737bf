// Drafts are kept by conversation, restore refused texts, and are limited in number.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Drafts, MAX_DRAFTS, draftKey } from "../../../assets/composer/drafts.js";
import { openStorage } from "../../../assets/lib/storage.js";

let storage, drafts;
beforeEach(() => {
  storage = openStorage(() => null);
  drafts = new Drafts(storage);
});

test("a conversation without a session has a draft by agent", () => {
  assert.equal(draftKey({ session_id: "ses_a", agent_key: "local" }), "ses_a");
  assert.notEqual(draftKey({ session_id: "", agent_key: "local" }), draftKey({ session_id: "", agent_key: "ada" }));
});

test("a draft survives a reload, an empty one is removed", () => {
  drafts.write("a", { text: "half a thought" });
  assert.equal(new Drafts(storage).read("a").text, "half a thought");
  drafts.write("a", { text: "" });
  assert.equal(storage.length, 0);
});

test("a refused text is inserted before what was typed since, with the reason", () => {
  drafts.write("a", { text: "typed since" });
  drafts.restore("a", { text: "refused", error: "too long" });
  assert.deepEqual(drafts.read("a"), { text: "refused\n\ntyped since", error: "too long" });
});

test("invalid drafts read as empty", () => {
  for (const damaged of ["{", "null", "7", '{"text":7}']) {
    storage.setItem("draft:a", damaged);
    assert.deepEqual(drafts.read("a"), { text: "", error: "" });
  }
});

test("the oldest draft is removed when there are too many; other entries of the storage stay", (context) => {
  context.mock.timers.enable({ apis: ["Date"] });
  storage.setItem("other", "x");
  for (let index = 0; index <= MAX_DRAFTS; index++) {
    context.mock.timers.tick(1);
    drafts.write(String(index), { text: "x" });
  }
  assert.equal(drafts.read("0").text, "");
  assert.equal(drafts.read("1").text, "x");
  assert.equal(storage.length, MAX_DRAFTS + 1);
});

test("a full storage raises no error", () => {
  storage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  drafts.write("a", { text: "x" });
  assert.equal(drafts.read("a").text, "");
});

test("each person has separate drafts", () => {
  drafts.write("a", { text: "nobody's" });
  const ada = new Drafts(storage, "usr_ada");
  assert.equal(ada.read("a").text, "");
  ada.write("a", { text: "ada's" });
  ada.setOwner("usr_bob");
  assert.equal(ada.read("a").text, "");
  assert.equal(new Drafts(storage, "usr_ada").read("a").text, "ada's");
  assert.equal(drafts.read("a").text, "nobody's");
});
