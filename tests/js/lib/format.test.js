// Templates, plural forms and the reader's locale.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLocale, fill, plural } from "../../../assets/lib/format.js";

globalThis.document ??= { documentElement: { lang: "en" } };

test("templates are filled, and plural forms are those of the page's language", () => {
  assert.equal(fill("{a} of {b} {c}", { a: 1, b: 2 }), "1 of 2 {c}");
  assert.equal(plural({ one: "{count} step", other: "{count} steps" }, 1), "1 step");
  assert.equal(plural({ one: "{count} step", other: "{count} steps" }, 3), "3 steps");
});

test("the locale is the reader's variant of the page's language", () => {
  assert.equal(chooseLocale("en", ["de-DE", "en-GB", "en-US"]), "en-GB");
  assert.equal(chooseLocale("en", ["de-DE"]), "en");
});
