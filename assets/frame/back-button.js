/**
 * Lets the browser's back button close what lies over the page instead of leaving the page.
 *
 * Opening something adds a history entry with the page's address. Leaving that entry must not reach the router, so
 * the listener has to be added before the router's: the app's root imports this module, which is loaded before the
 * router is created.
 */

let close = null;

export const backButton = {
  /** Adds a history entry; `onBack` is called when the user goes back from it. */
  capture(onBack) {
    history.pushState({ ...history.state, over: true }, "");
    close = onBack;
  },
  /** Goes back from the entry. */
  press() {
    if (close) history.back();
  },
  /** Drops the entry, which a navigation replaces. */
  release() {
    close = null;
  },
};

globalThis.window?.addEventListener("popstate", (event) => {
  if (!close) return;
  event.stopImmediatePropagation();
  const onBack = close;
  close = null;
  onBack();
});

/** Makes the app's root import this module. */
export function BackButton() {
  return null;
}
