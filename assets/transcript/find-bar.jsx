// Find in the conversation, in place of the browser's own, which can't see what is not drawn.
import { useEffect, useMemo, useRef, useState } from "react";
import { useTopic, useTranscript } from "./context.js";
import { clearPaint, matching, paint } from "./find.js";
import { fill } from "./format.js";
import { Icon } from "./icons.jsx";

/** Quiet time after the last key before the server is asked, in ms. */
const ASK_AFTER = 250;

const asksForFind = (event) => (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "f";
const asksForNext = (event) => event.key === "F3" || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "g");

/** Opens on Ctrl/Cmd+F anywhere in the page; a second press while open gives the browser's own. */
export function useFindKey() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event) => {
      if (!asksForFind(event) || open) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [open]);
  return [open, setOpen];
}

/** The matches of a query, and which of them is shown; begins at the newest. */
function useMatches(query) {
  const { store, fire } = useTranscript();
  const list = useTopic(store, "list", store.list);
  const found = useTopic(store, "found", store.found);
  const [current, setCurrent] = useState(null);
  const remote = found?.query === query.trim() ? found.ids : null;
  const matches = useMemo(() => matching(store, query, remote), [list, query, remote]);
  useEffect(() => {
    if (query.trim() === "") return undefined;
    const timer = setTimeout(() => fire("onFind", store.list().session, query.trim()), ASK_AFTER);
    return () => clearTimeout(timer);
  }, [query]);
  const index = matches.includes(current) ? matches.indexOf(current) : matches.length - 1;
  const go = (by) => setCurrent(matches.at((index + by) % matches.length) ?? null);
  return { matches, current: matches[index] ?? null, index, go };
}

/** Keeps the paint on what is drawn, which changes as the list scrolls and the answer grows. */
function usePaint(scroller, query, current) {
  useEffect(() => {
    let frame = 0;
    let shown = false;
    const repaint = () => {
      frame = 0;
      const first = paint(scroller, query, current);
      if (first && !shown) first.startContainer.parentElement.scrollIntoView({ block: "center" });
      shown ||= Boolean(first);
    };
    const later = () => (frame ||= requestAnimationFrame(repaint));
    const observer = new MutationObserver(later);
    observer.observe(scroller, { childList: true, subtree: true, characterData: true });
    later();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      clearPaint();
    };
  }, [scroller, query, current]);
}

/** @param {(id: string) => void} show scrolls to a message, loading it when it is not here */
export function FindBar({ scroller, show, close }) {
  const { labels } = useTranscript();
  const [query, setQuery] = useState("");
  const input = useRef(null);
  const { matches, current, index, go } = useMatches(query);
  usePaint(scroller, query, current);
  useEffect(() => input.current.focus(), []);
  useEffect(() => {
    if (current) show(current);
  }, [current]);
  const pressed = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
      scroller.focus({ preventScroll: true });
    } else if (event.key === "Enter" || asksForNext(event)) {
      event.preventDefault();
      go(event.shiftKey ? 1 : -1);
    }
  };
  useEffect(() => {
    const next = (event) => {
      if (asksForNext(event) && event.target !== input.current) pressed(event);
    };
    addEventListener("keydown", next);
    return () => removeEventListener("keydown", next);
  });
  return (
    <div className="findbar" role="search" onKeyDown={pressed} data-testid="find-bar">
      <input
        ref={input}
        type="text"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        placeholder={labels.find}
        aria-label={labels.find}
        data-testid="find-input"
      />
      <span className="matches" role="status" data-testid="find-count">
        {query.trim() && (matches.length ? fill(labels.find_count, { n: index + 1, of: matches.length }) : labels.find_none)}
      </span>
      <button type="button" className="icon" aria-label={labels.find_previous} title={labels.find_previous} disabled={!matches.length} onClick={() => go(-1)} data-testid="find-previous">
        <Icon name="up" />
      </button>
      <button type="button" className="icon" aria-label={labels.find_next} title={labels.find_next} disabled={!matches.length} onClick={() => go(1)} data-testid="find-next">
        <Icon name="down" />
      </button>
      <button type="button" className="icon" aria-label={labels.find_close} title={labels.find_close} onClick={close}>
        <Icon name="cross" />
      </button>
    </div>
  );
}
