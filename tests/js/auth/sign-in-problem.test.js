// The sign-in page explains why an identity provider did not sign a person in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeProblem } from "../../../assets/auth/sign-in-problem.js";

const labels = { problems: { not_invited: "Ask for an invitation.", other: "Try again." } };

test("a known problem has its own sentence, an unknown one the general sentence", () => {
  assert.equal(describeProblem("?problem=not_invited&next=%2Fjoin", labels), "Ask for an invitation.");
  for (const unknown of ["constructor", "__proto__", "toString", "<b>Call 555</b>", "other"])
    assert.equal(describeProblem(`?problem=${encodeURIComponent(unknown)}`, labels), "Try again.", unknown);
});

test("without a problem there is no sentence", () => {
  for (const search of ["", "?next=%2F", "?problem=", "?problem"])
    assert.equal(describeProblem(search, labels), undefined);
});
