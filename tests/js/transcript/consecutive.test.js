// Messages of one person within a few minutes belong together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isConsecutive } from "../../../assets/transcript/consecutive.js";

const message = (id, at, role = "user") => ({ role, at, author: id ? { id, name: id } : null });
const AT = "2026-03-01T12:00:00Z";
const SOON = "2026-03-01T12:04:00Z";
const LATER = "2026-03-01T12:06:00Z";

test("a message continues the one that the same person wrote just before", () => {
  assert.equal(isConsecutive(message("bob", SOON), message("bob", AT)), true);
  assert.equal(isConsecutive(message("", SOON), message("", AT)), true);
  assert.equal(isConsecutive(message("bob", LATER), message("bob", AT)), false);
  assert.equal(isConsecutive(message("bob", SOON), message("eve", AT)), false);
  assert.equal(isConsecutive(message("bob", SOON), message("", AT)), false);
  assert.equal(isConsecutive(message("bob", SOON), message("", AT, "assistant")), false);
  assert.equal(isConsecutive(message("", SOON, "assistant"), message("", AT)), false);
  assert.equal(isConsecutive(message("bob", AT), null), false);
});
