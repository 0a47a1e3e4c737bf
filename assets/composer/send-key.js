/** Which key sends a message, and the hint about it. `sendKey` is "enter" or "mod_enter". */
import { fill } from "../lib/format.js";

const MOD_ENTER = "mod_enter";

/** Whether this is a touch device: its on-screen keyboard needs Enter for new lines. */
export const isTouchDevice = () => window.matchMedia("(pointer: coarse)").matches;

/** Whether this device's keyboard has a Cmd key. */
export const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether a key press sends. On-screen keyboards have no Ctrl or Cmd key, so those work on touch devices as well. */
export function sends(event, { sendKey, touch }) {
  if (event.key !== "Enter" || event.shiftKey || event.altKey) return false;
  return sendKey === MOD_ENTER ? event.ctrlKey || event.metaKey : !touch;
}

/** Returns the hint about the keys, or "" on a touch device. */
export function keysHint({ sendKey, touch, mac }, labels) {
  if (touch) return "";
  if (sendKey !== MOD_ENTER) return labels.keys;
  return fill(labels.keys_mod, { key: mac ? labels.key_mac : labels.key_other });
}

/** Returns the value of the send button's `aria-keyshortcuts`. */
export function keyShortcut({ sendKey, touch, mac }) {
  if (sendKey === MOD_ENTER) return mac ? "Meta+Enter" : "Control+Enter";
  return touch ? undefined : "Enter";
}
