// Which key sends a message, and the hint about it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keysHint, sends, keyShortcut } from "../../../assets/composer/send-key.js";

const NONE = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
const labels = { keys: "Enter sends", keys_mod: "{key} Enter sends", key_mac: "⌘", key_other: "Ctrl" };
const press = (key, held = {}) => ({ key, ...NONE, ...held });
const desktop = (sendKey) => ({ sendKey, touch: false, mac: false });
const touch = (sendKey) => ({ sendKey, touch: true, mac: false });

test("Enter sends, and Shift or Alt with it makes a new line", () => {
  assert.equal(sends(press("Enter"), desktop("enter")), true);
  assert.equal(sends(press("Enter", { ctrlKey: true }), desktop("enter")), true);
  assert.equal(sends(press("Enter", { shiftKey: true }), desktop("enter")), false);
  assert.equal(sends(press("Enter", { altKey: true }), desktop("enter")), false);
  assert.equal(sends(press("a", { ctrlKey: true }), desktop("enter")), false);
});

test("where Ctrl or Cmd is needed, Enter alone makes a new line", () => {
  assert.equal(sends(press("Enter"), desktop("mod_enter")), false);
  assert.equal(sends(press("Enter", { ctrlKey: true }), desktop("mod_enter")), true);
  assert.equal(sends(press("Enter", { metaKey: true }), desktop("mod_enter")), true);
  assert.equal(sends(press("Enter", { ctrlKey: true, shiftKey: true }), desktop("mod_enter")), false);
});

test("on touch devices Enter makes a new line, and Ctrl with Enter sends", () => {
  assert.equal(sends(press("Enter"), touch("enter")), false);
  assert.equal(sends(press("Enter"), touch("mod_enter")), false);
  assert.equal(sends(press("Enter", { ctrlKey: true }), touch("mod_enter")), true);
});

test("the hint describes the keys that send", () => {
  assert.equal(keysHint(desktop("enter"), labels), "Enter sends");
  assert.equal(keysHint(desktop("mod_enter"), labels), "Ctrl Enter sends");
  assert.equal(keysHint({ ...desktop("mod_enter"), mac: true }, labels), "⌘ Enter sends");
  assert.equal(keysHint(touch("enter"), labels), "");
  assert.equal(keyShortcut(desktop("enter")), "Enter");
  assert.equal(keyShortcut(touch("enter")), undefined);
  assert.equal(keyShortcut(desktop("mod_enter")), "Control+Enter");
  assert.equal(keyShortcut({ ...desktop("mod_enter"), mac: true }), "Meta+Enter");
});
