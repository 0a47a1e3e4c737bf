/** Which key sends what is written, and what is said about it. `sendKey` is "enter" or "mod_enter". */
import { fill } from "../transcript/format.js";

const MOD_ENTER = "mod_enter";

/** Whether this device is used by touch: its keyboard is most likely on the screen, where Enter makes a new line. */
export const byTouch = () => window.matchMedia("(pointer: coarse)").matches;

/** Whether this device's keyboard has a Cmd key. */
export const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether a key that was pressed sends. No keyboard on a screen has Ctrl or Cmd: who presses it has a real one. */
export function sends(event, { sendKey, touch }) {
  if (event.key !== "Enter" || event.shiftKey || event.altKey) return false;
  return sendKey === MOD_ENTER ? event.ctrlKey || event.metaKey : !touch;
}

/** What is said about the keys; nothing where Enter is what it is everywhere else. */
export function keysHint({ sendKey, touch, mac }, labels) {
  if (touch) return "";
  if (sendKey !== MOD_ENTER) return labels.keys;
  return fill(labels.keys_mod, { key: mac ? labels.key_mac : labels.key_other });
}

/** The value of `aria-keyshortcuts` of what sends. */
export function shortcut({ sendKey, touch, mac }) {
  if (sendKey === MOD_ENTER) return mac ? "Meta+Enter" : "Control+Enter";
  return touch ? undefined : "Enter";
}
