/** Which key sends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keysHint, sends, shortcut } from "../../../assets/composer/send-key.js";

const NONE = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
const labels = { keys: "Enter sends", keys_mod: "{key} Enter sends", key_mac: "⌘", key_other: "Ctrl" };
const press = (key, held = {}) => ({ key, ...NONE, ...held });
const onDesk = (sendKey) => ({ sendKey, touch: false, mac: false });
const byFinger = (sendKey) => ({ sendKey, touch: true, mac: false });

test("Enter sends, and Shift or Alt with it makes a new line", () => {
  assert.equal(sends(press("Enter"), onDesk("enter")), true);
  assert.equal(sends(press("Enter", { ctrlKey: true }), onDesk("enter")), true);
  assert.equal(sends(press("Enter", { shiftKey: true }), onDesk("enter")), false);
  assert.equal(sends(press("Enter", { altKey: true }), onDesk("enter")), false);
  assert.equal(sends(press("a", { ctrlKey: true }), onDesk("enter")), false);
});

test("where Ctrl or Cmd is needed, Enter alone makes a new line", () => {
  assert.equal(sends(press("Enter"), onDesk("mod_enter")), false);
  assert.equal(sends(press("Enter", { ctrlKey: true }), onDesk("mod_enter")), true);
  assert.equal(sends(press("Enter", { metaKey: true }), onDesk("mod_enter")), true);
  assert.equal(sends(press("Enter", { ctrlKey: true, shiftKey: true }), onDesk("mod_enter")), false);
});

test("a keyboard on the screen makes new lines; one with a Ctrl key is a real one", () => {
  assert.equal(sends(press("Enter"), byFinger("enter")), false);
  assert.equal(sends(press("Enter"), byFinger("mod_enter")), false);
  assert.equal(sends(press("Enter", { ctrlKey: true }), byFinger("mod_enter")), true);
});

test("what is said is what happens", () => {
  assert.equal(keysHint(onDesk("enter"), labels), "Enter sends");
  assert.equal(keysHint(onDesk("mod_enter"), labels), "Ctrl Enter sends");
  assert.equal(keysHint({ ...onDesk("mod_enter"), mac: true }, labels), "⌘ Enter sends");
  assert.equal(keysHint(byFinger("enter"), labels), "");
  assert.equal(shortcut(onDesk("enter")), "Enter");
  assert.equal(shortcut(byFinger("enter")), undefined);
  assert.equal(shortcut(onDesk("mod_enter")), "Control+Enter");
  assert.equal(shortcut({ ...onDesk("mod_enter"), mac: true }), "Meta+Enter");
});
