/** The session list: virtualised, grouped by day, and one tab stop with arrow keys inside (roving tabindex). */
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Virtualizer } from "virtua";
import { formatRowTime, groupItems } from "./session-groups.js";
import { SessionRow } from "./session-row.jsx";
import { patchSessions, sessions } from "./session-store.js";
import { useDrawerOpen } from "../frame/drawer.jsx";
import { useEachConnection } from "../lib/connection.js";
import { pageLocale } from "../lib/format.js";
import { useStore } from "../lib/use-store.js";

/** Milliseconds between two updates of times and days. */
const TICK = 30_000;
/** Entries before the end of the list at which the next page is requested. */
const PREFETCH = 20;
const SKELETON_ROWS = 7;

/** Returns the current time, updated on each tick. */
function useNow() {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Returns the id of the session that a key moves to, or undefined. */
function targetOf(key, ids, current) {
  const at = ids.indexOf(current);
  return { ArrowDown: ids[at + 1], ArrowUp: ids[at - 1], Home: ids[0], End: ids.at(-1) }[key];
}

/** The session whose row had the focus last; it outlives the list, which a navigation can mount again. */
let lastFocused = null;

/** Keeps one row in the tab order; the row that the keyboard moves to claims the focus once it is drawn. */
function useRovingFocus({ entries, ids, selected, list }) {
  const [active, setActive] = useState(lastFocused);
  const focusPending = useRef(false);
  const current = ids.includes(active) ? active : ids.includes(selected) ? selected : ids[0];
  const index = useMemo(() => entries.findIndex((entry) => entry.item?.id === current), [entries, current]);
  useLayoutEffect(() => {
    focusPending.current = lastFocused !== null && document.activeElement === document.body;
  }, []);
  useLayoutEffect(() => {
    if (focusPending.current) list.current.scrollToIndex(index, { align: "nearest" });
  }, [index]);
  const onKeyDown = (event) => {
    if (!event.target.matches("a")) return;
    const target = targetOf(event.key, ids, current);
    if (!target) return;
    event.preventDefault();
    focusPending.current = true;
    setActive(target);
  };
  const onFocus = (id) => {
    lastFocused = id;
    setActive(id);
  };
  const onBlur = (event) => {
    if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) lastFocused = null;
  };
  const claimFocus = () => {
    const claimed = focusPending.current;
    focusPending.current = false;
    return claimed;
  };
  return { current, index, onFocus, claimFocus, props: { onKeyDown, onBlur } };
}

function Skeleton({ labels }) {
  return (
    <div className="list" aria-busy="true" data-testid="sessions-loading">
      <span className="sr">{labels.loading}</span>
      {Array.from({ length: SKELETON_ROWS }, (_, index) => (
        <div className="row skeleton" aria-hidden="true" key={index}>
          <span className="av" />
          <b />
          <p />
        </div>
      ))}
    </div>
  );
}

export function SessionList({
  ref,
  hydrated,
  selected,
  narrowed,
  limit,
  labels,
  menuLabels,
  onReady,
  onMore,
  ...handlers
}) {
  const { items, more, loaded } = useStore(sessions);
  useImperativeHandle(ref, () => ({
    set value(patch) {
      patchSessions(patch);
    },
  }));
  useEachConnection(hydrated, () => void onReady());
  if (!loaded) return <Skeleton labels={labels} />;
  if (!items.length) {
    return (
      <p className="list empty" data-testid="sessions-empty">
        {narrowed ? labels.nothing_found : labels.empty}
      </p>
    );
  }
  return <Rows {...{ items, more, selected, limit, labels, menuLabels, onMore, handlers }} />;
}

function Rows({ items, more, selected, limit, labels, menuLabels, onMore, handlers }) {
  const now = useNow();
  const locale = useMemo(pageLocale, []);
  const entries = useMemo(() => groupItems(items, { now, locale, labels }), [items, now, locale, labels]);
  const ids = useMemo(() => entries.flatMap((entry) => (entry.item ? [entry.item.id] : [])), [entries]);
  const scroller = useRef(null);
  const list = useRef(null);
  const inDrawer = useDrawerOpen();
  const [opened, setOpened] = useState(null);
  useEffect(() => setOpened(null), [selected]);
  const shown = opened ?? selected;
  const roving = useRovingFocus({ entries, ids, selected: shown, list });

  const requested = useRef(null);
  const onScroll = useCallback(() => {
    const last = list.current.findItemIndex(list.current.scrollOffset + list.current.viewportSize);
    const oldest = items.at(-1).id;
    if (!more || last < entries.length - PREFETCH || requested.current === oldest) return;
    requested.current = oldest;
    onMore();
  }, [more, entries, items, onMore]);
  useEffect(onScroll, [onScroll]);

  const latest = useRef(handlers);
  latest.current = handlers;
  const actions = useMemo(() => {
    const call =
      (name) =>
      (...args) =>
        latest.current[name](...args);
    return {
      onRename: call("onRename"),
      onRead: call("onRead"),
      onArchive: call("onArchive"),
      onRestore: call("onRestore"),
      onDelete: call("onDelete"),
      onFocus: roving.onFocus,
      claimFocus: roving.claimFocus,
      onOpen(id) {
        latest.current.onOpen(id);
        setOpened(id);
      },
    };
  }, []);

  return (
    <div className="list" ref={scroller} {...roving.props} data-testid="session-list">
      <Virtualizer ref={list} data={entries} keepMounted={[roving.index]} onScroll={onScroll}>
        {(entry) =>
          entry.item ? (
            <SessionRow
              key={entry.item.id}
              item={entry.item}
              time={formatRowTime(entry.item.time, { now, locale, labels })}
              selected={entry.item.id === shown}
              current={entry.item.id === roving.current}
              inDrawer={inDrawer}
              {...{ limit, labels, menuLabels, actions }}
            />
          ) : (
            <h2 className="group" key={entry.heading}>
              {entry.heading}
            </h2>
          )
        }
      </Virtualizer>
    </div>
  );
}
