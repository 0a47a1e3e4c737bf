/**
 * The lists measure rows while they grow, so that now and then a layout takes two frames. Browsers report that as an
 * error of the page, which it is not; nobody else is to hear of it.
 *
 * The window's listeners are called in the order in which they came, so this one has to come before the event
 * loop's: the app's root imports this file.
 */
globalThis.window?.addEventListener("error", (event) => {
  if (event.message?.startsWith("ResizeObserver loop")) event.stopImmediatePropagation();
});

/** Brings this file into the app's root. */
export function LayoutNotices() {
  return null;
}
