/** What the page sets outside of its body: title, address, density and the colour of the browser's frame. */
import { useContext, useEffect, useLayoutEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { fill } from "../lib/format.js";

/** The address that the server sent last; it outlives the component, which a navigation can mount again. */
let lastAddress = "";

/**
 * @param {string} address path and query of the current page; a change is written without a navigation
 * @param {string} density the value of `data-density` in the style sheets
 * @param {object} frame colours of the browser's frame by colour mode
 */
export function PageDocument({ title, unread, address, density, frame, labels }) {
  useEffect(() => {
    const name = title ? fill(labels.page_title, { title }) : labels.product;
    document.title = unread > 0 ? fill(labels.page_title_unread, { count: unread, name }) : name;
  }, [title, unread, labels]);

  useEffect(() => {
    if (!address || address === lastAddress) return;
    lastAddress = address;
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
