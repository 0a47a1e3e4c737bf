// What the sign-in page says to who was sent back from a provider without being signed in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "../../../assets/lib/error-text.js";

const labels = { problems: { not_invited: "Ask for an invitation.", other: "Try again." } };

test("a known reason has its sentence, and an unknown one the general", () => {
  assert.equal(problemOf("?problem=not_invited&next=%2Fjoin", labels), "Ask for an invitation.");
  for (const unknown of ["constructor", "__proto__", "toString", "<b>Call 555</b>", "other"])
    assert.equal(problemOf(`?problem=${encodeURIComponent(unknown)}`, labels), "Try again.", unknown);
});

test("without a reason nothing is said", () => {
  for (const search of ["", "?next=%2F", "?problem=", "?problem"]) assert.equal(problemOf(search, labels), undefined);
});
