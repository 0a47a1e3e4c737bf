/** The session list: virtualised, grouped by day, one stop in the tab order with the arrow keys inside. */
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Virtualizer } from "virtua";
import { useEachConnection } from "../lib/connection.js";
import { useDrawerOpen } from "../frame/drawer.jsx";
import { dateLocale, groupItems, shortTime } from "./session-groups.js";
import { SessionRow } from "./session-row.jsx";
import { sessions } from "./session-store.js";

/** Milliseconds after which times and days are told anew. */
const TICK = 30_000;
/** Entries before the end of the list at which the next page is asked for. */
const AHEAD = 20;
const SKELETON_ROWS = 7;

/** Returns the time, again and again. */
function useNow() {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Returns the id of the session to move to, or undefined where the key moves nowhere. */
function moveTo(key, ids, current) {
  const at = ids.indexOf(current);
  return { ArrowDown: ids[at + 1], ArrowUp: ids[at - 1], Home: ids[0], End: ids.at(-1) }[key];
}

/** The session whose row had the focus last; a navigation may mount the list anew. */
let lastFocused = null;

/** Keeps the keyboard's place in the list; a row that it moves to claims the focus as soon as it is drawn. */
function useRovingFocus({ drawn, ids, selected, list }) {
  const [active, setActive] = useState(lastFocused);
  const wanted = useRef(false);
  const current = ids.includes(active) ? active : ids.includes(selected) ? selected : ids[0];
  const index = useMemo(() => drawn.findIndex((entry) => entry.item?.id === current), [drawn, current]);
  useLayoutEffect(() => {
    wanted.current = lastFocused !== null && document.activeElement === document.body;
  }, []);
  useLayoutEffect(() => {
    if (wanted.current) list.current.scrollToIndex(index, { align: "nearest" });
  }, [index]);
  const onKeyDown = (event) => {
    if (!event.target.matches("a")) return;
    const target = moveTo(event.key, ids, current);
    if (!target) return;
    event.preventDefault();
    wanted.current = true;
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
    const claimed = wanted.current;
    wanted.current = false;
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

export function SessionList({ ref, hydrated, selected, narrowed, limit, labels, menuLabels, onReady, onMore, ...handlers }) {
  const { items, more, loaded } = useSyncExternalStore(sessions.subscribe, sessions.snapshot, sessions.serverSnapshot);
  useImperativeHandle(ref, () => ({
    set value(patch) {
      sessions.apply(patch);
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
  const locale = useMemo(() => dateLocale(document.documentElement.lang, navigator.languages), []);
  const drawn = useMemo(() => groupItems(items, { now, locale, labels }), [items, now, locale, labels]);
  const ids = useMemo(() => drawn.flatMap((entry) => (entry.item ? [entry.item.id] : [])), [drawn]);
  const scroller = useRef(null);
  const list = useRef(null);
  const inDrawer = useDrawerOpen();
  const [opened, setOpened] = useState(null);
  useEffect(() => setOpened(null), [selected]);
  const shown = opened ?? selected;
  const roving = useRovingFocus({ drawn, ids, selected: shown, list });

  const asked = useRef(null);
  const onScroll = useCallback(() => {
    const last = list.current.findItemIndex(list.current.scrollOffset + list.current.viewportSize);
    const oldest = items.at(-1).id;
    if (!more || last < drawn.length - AHEAD || asked.current === oldest) return;
    asked.current = oldest;
    onMore();
  }, [more, drawn, items, onMore]);
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
      <Virtualizer ref={list} data={drawn} keepMounted={[roving.index]} onScroll={onScroll}>
        {(entry) =>
          entry.item ? (
            <SessionRow
              key={entry.item.id}
              item={entry.item}
              time={shortTime(entry.item.time, { now, locale, labels })}
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
