/** Find in the conversation. It replaces the browser's own, which cannot find what is not in the DOM. */
import { useEffect, useMemo, useRef, useState } from "react";
import { useTopic, useTranscript } from "./context.js";
import { clearHighlights, findMessages, highlightMatches } from "./find.js";
import { fill } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";

/** Time after the last change of the query before the server searches, in ms. */
const SEARCH_DELAY = 250;

const isFindKey = (event) =>
  (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "f";
const isNextKey = (event) =>
  event.key === "F3" || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "g");

/** Opens the bar on Ctrl/Cmd+F anywhere in the page; while it is open, the key opens the browser's own. */
export function useFindKey() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event) => {
      if (!isFindKey(event) || open) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [open]);
  return [open, setOpen];
}

/** Returns the matches of a query and the current one, which is the newest at first. */
function useMatches(query) {
  const { store, fire } = useTranscript();
  const list = useTopic(store, "list", store.list);
  const result = useTopic(store, "findResult", store.findResult);
  const [current, setCurrent] = useState(null);
  const remote = result?.query === query.trim() ? result.ids : null;
  const matches = useMemo(() => findMessages(store, query, remote), [list, query, remote]);
  useEffect(() => {
    if (query.trim() === "") return undefined;
    const timer = setTimeout(() => fire("onFind", store.list().session, query.trim()), SEARCH_DELAY);
    return () => clearTimeout(timer);
  }, [query]);
  const index = matches.includes(current) ? matches.indexOf(current) : matches.length - 1;
  const move = (by) => setCurrent(matches.at((index + by) % matches.length) ?? null);
  return { matches, current: matches[index] ?? null, index, move };
}

/** Updates the highlights when the DOM changes: the list scrolls and answers grow. */
function useHighlights(scroller, query, current) {
  useEffect(() => {
    let frame = 0;
    let scrolled = false;
    const update = () => {
      frame = 0;
      const first = highlightMatches(scroller, query, current);
      if (first && !scrolled) first.startContainer.parentElement.scrollIntoView({ block: "center" });
      scrolled ||= Boolean(first);
    };
    const schedule = () => (frame ||= requestAnimationFrame(update));
    const observer = new MutationObserver(schedule);
    observer.observe(scroller, { childList: true, subtree: true, characterData: true });
    schedule();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      clearHighlights();
    };
  }, [scroller, query, current]);
}

/** @param {(id: string) => void} show scrolls to a message, and loads it if necessary */
export function FindBar({ scroller, show, close }) {
  const { labels } = useTranscript();
  const [query, setQuery] = useState("");
  const input = useRef(null);
  const { matches, current, index, move } = useMatches(query);
  useHighlights(scroller, query, current);
  useEffect(() => input.current.focus(), []);
  useEffect(() => {
    if (current) show(current);
  }, [current]);
  const onKeyDown = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
      scroller.focus({ preventScroll: true });
    } else if (event.key === "Enter" || isNextKey(event)) {
      event.preventDefault();
      move(event.shiftKey ? 1 : -1);
    }
  };
  useEffect(() => {
    const next = (event) => {
      if (isNextKey(event) && event.target !== input.current) onKeyDown(event);
    };
    addEventListener("keydown", next);
    return () => removeEventListener("keydown", next);
  });
  return (
    <div className="findbar" role="search" onKeyDown={onKeyDown} data-testid="find-bar">
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
        {query.trim() &&
          (matches.length ? fill(labels.find_count, { n: index + 1, of: matches.length }) : labels.find_none)}
      </span>
      <BarButton
        icon="up"
        label={labels.find_previous}
        disabled={!matches.length}
        onClick={() => move(-1)}
        data-testid="find-previous"
      />
      <BarButton
        icon="down"
        label={labels.find_next}
        disabled={!matches.length}
        onClick={() => move(1)}
        data-testid="find-next"
      />
      <BarButton icon="cross" label={labels.find_close} onClick={close} />
    </div>
  );
}

function BarButton({ icon, label, ...rest }) {
  return (
    <button type="button" className="icon" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
