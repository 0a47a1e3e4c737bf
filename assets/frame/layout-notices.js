/**
 * Ignores the browser's notices about resize observers. The lists measure growing rows, so that a layout sometimes
 * takes two frames, which browsers report as an error of the page although nothing is wrong.
 *
 * Listeners are called in the order in which they were added, so this one has to be added before the event loop's:
 * the app's root imports this module.
 */
globalThis.window?.addEventListener("error", (event) => {
  if (event.message?.startsWith("ResizeObserver loop")) event.stopImmediatePropagation();
});

/** Makes the app's root import this module. */
export function LayoutNotices() {
  return null;
}
