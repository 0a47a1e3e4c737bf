/** What a page shows outside of itself: its title, its address, how dense it is, and the colour of the browser's frame. */
import { useContext, useEffect, useLayoutEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { fill } from "../transcript/format.js";

/** The address that the server named last; it outlives the component, which a navigation may mount anew. */
let named = "";

/**
 * @param {string} address path and query of what is shown; when it changes it is written without a navigation
 * @param {string} density what the style sheets call how much space there is
 * @param {object} frame colours of the browser's frame by colour mode
 */
export function PageDocument({ title, unread, address, density, frame, labels }) {
  useEffect(() => {
    const name = title ? fill(labels.page_title, { title }) : labels.product;
    document.title = unread > 0 ? fill(labels.page_title_unread, { count: unread, name }) : name;
  }, [title, unread, labels]);

  useEffect(() => {
    if (!address || address === named) return;
    named = address;
    if (address !== location.pathname + location.search) history.replaceState(history.state, "", address);
  }, [address]);

  useLayoutEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);

  const { resolvedColorMode } = useContext(ColorModeContext);
  useEffect(() => {
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.content = frame[resolvedColorMode];
  }, [resolvedColorMode, frame]);
  return null;
}
