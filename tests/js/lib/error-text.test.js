// Failed requests are described with the server's message and the time to wait.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeError } from "../../../assets/lib/error-text.js";
import { UNREACHABLE } from "../../../assets/lib/rest.js";

globalThis.document ??= { documentElement: { lang: "en" } };
const labels = {
  unreachable: "No answer.",
  failed: "Failed.",
  try_again: { one: "Wait {count} s.", other: "Wait {count} s." },
};

test("the server's message is shown, with the seconds to wait rounded up", () => {
  assert.equal(describeError({ code: "x", message: "No.", details: {} }, labels), "No.");
  assert.equal(describeError({ code: "x", message: "No.", details: { retry_after: 2.1 } }, labels), "No. Wait 3 s.");
});

test("an error without a message, and a server without an answer, have sentences of the page", () => {
  assert.equal(describeError({ code: "", message: "", details: {} }, labels), "Failed.");
  assert.equal(describeError({ code: UNREACHABLE, message: "", details: {} }, labels), "No answer.");
});
