// Text of others made harmless to show.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_EXPOSED, capMarks, editable, exposeBidiControls, visible } from "../../../assets/lib/visible-text.js";

test("bidirectional controls are written out", () => {
  assert.equal(exposeBidiControls("a\u202Eb\u2069"), "a[U+202E]b[U+2069]");
  assert.equal(exposeBidiControls("שלום"), "שלום");
});

test("only the first thousand controls are written out, so that the text grows by a bounded amount", () => {
  const controls = "\u202E".repeat(98_000);
  assert.equal(exposeBidiControls(controls).length, MAX_EXPOSED * "[U+202E]".length + 98_000 - MAX_EXPOSED);
  assert.ok(!/[\u202A-\u202E]/.test(exposeBidiControls(controls)));
});

test("marks beyond the eighth on a letter are left out", () => {
  assert.equal(capMarks(`a${"\u0301".repeat(98_000)}b`), `a${"\u0301".repeat(8)}b`);
  for (const text of ["Việt", "שָׁלוֹם", "नमस्ते", "བསྒྲུབས", "a\u0301\u0302\u0303\u0304\u0305\u0306"]) {
    for (const form of [text.normalize("NFC"), text.normalize("NFD")]) assert.equal(visible(form), form);
  }
});

test("a field takes text unchanged, except for what would stop the page", () => {
  const ordinary = "שלום\u2067abc\u2069 é\n\tend ";
  assert.equal(editable(ordinary), ordinary);
  assert.equal(editable("\u2067".repeat(98_000)).length, MAX_EXPOSED);
  assert.equal(editable(`a${"\u0301".repeat(98_000)}`).length, 9);
});
