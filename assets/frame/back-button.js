/**
 * The browser's back button, for what lies over the page: it closes that instead of leaving.
 *
 * What is opened gets an entry of its own in the history, with the page's address. Going back from it is none of the
 * router's business, so the listener has to come before the router's: the app's root imports this file, and that
 * is loaded before the router is made.
 */

let close = null;

export const backButton = {
  /** Adds the entry; `onBack` is called when it is left backwards. */
  take(onBack) {
    history.pushState({ ...history.state, over: true }, "");
    close = onBack;
  },
  /** Leaves the entry backwards. */
  press() {
    if (close) history.back();
  },
  /** Forgets the entry: a navigation takes its place. */
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

/** Brings this file into the app's root. */
export function BackButton() {
  return null;
}
