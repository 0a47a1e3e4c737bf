/** The conversation as a virtual list of exchanges: a user's message with what follows it. */
import {
  memo,
  startTransition,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Virtualizer } from "virtua";
import { useTopic, useTranscript } from "./context.js";
import { followEnd } from "./follow-end.js";
import { Group, PendingMessage } from "./group.jsx";
import { Icon } from "../lib/icon.jsx";

/** The next page is requested when fewer than this many screens are left. */
const PREFETCH_SCREENS = 2;
/** Height rendered above and below the visible part, in px, so that fast scrolling shows no blank. */
const BUFFER = 600;
/** Assumed height of an exchange until it is measured, in px: a line and an answer of some paragraphs. */
const ITEM_SIZE = 300;
/** Time for which a message that was scrolled to is marked, in ms. */
const FLASH = 2000;

/** Returns 0 for the first rendering of a window, so that the visible part appears sooner, and then the buffer. */
function useBuffer(epoch) {
  const [rendered, setRendered] = useState(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => startTransition(() => setRendered(epoch)));
    return () => cancelAnimationFrame(frame);
  }, [epoch]);
  return rendered === epoch ? BUFFER : 0;
}

const Exchange = memo(function Exchange({ exchange, pinned }) {
  const { ids, pending, before } = exchange;
  return (
    <div className={`exchange${pinned ? " pinned" : ""}${before ? "" : " first"}`}>
      {ids.map((id, index) => (
        <Group key={id} id={id} before={index ? ids[index - 1] : before} />
      ))}
      {pending && <PendingMessage message={pending} before={before} />}
    </div>
  );
});

/** Returns the key of the exchange that begins with the viewer's last message: it is kept at the top of the view. */
function usePinned(list) {
  const pinned = useRef({ session: null, key: null });
  const last = list.exchanges.at(-1);
  if (pinned.current.session !== list.session) pinned.current = { session: list.session, key: null };
  if (last?.pending) pinned.current.key = last.key;
  return pinned.current.key;
}

/** Creates the element that has the height of the whole list; `onHeight` is called after its height has changed. */
const createContainer = (onHeight) =>
  function Container({ ref, style, children }) {
    useLayoutEffect(onHeight, [style.height]);
    return (
      <div ref={ref} style={style}>
        {children}
      </div>
    );
  };

/**
 * Keeps the end in view while the reader is there, and sets the height of the view for the style sheet. The growing
 * content is not observed here: the list's own observer would then run a frame late.
 */
function useFollow(scroller, setFollowing) {
  const follower = useRef(null);
  useLayoutEffect(() => {
    const view = scroller.current;
    follower.current = followEnd(view, setFollowing);
    const observer = new ResizeObserver(() => {
      view.style.setProperty("--view", `${view.clientHeight}px`);
      follower.current.stick();
    });
    observer.observe(view);
    return () => {
      observer.disconnect();
      follower.current.stop();
    };
  }, []);
  return follower;
}

const indexOf = (store, id) => store.list().exchanges.findIndex((exchange) => exchange.ids.includes(id));

/** Scrolls to a message and returns its element; while it is not rendered, scrolls to its position. */
function scrollToMessage(store, virtual, scroller, id) {
  const message = scroller.querySelector(`[data-message="${CSS.escape(id)}"]`);
  if (message) message.scrollIntoView({ block: "start" });
  else scroller.scrollTop = virtual.getItemOffset(indexOf(store, id));
  return message;
}

function flash(message) {
  message.classList.add("flash");
  setTimeout(() => message.classList.remove("flash"), FLASH);
}

/** @param {object} handle a ref that receives {show(id), element} */
export function List({ handle }) {
  const { store, labels, fire, several } = useTranscript();
  const list = useTopic(store, "list", store.list);
  const pinned = usePinned(list);
  const buffer = useBuffer(list.epoch);
  const scroller = useRef(null);
  const virtual = useRef(null);
  const requested = useRef(null);
  const latestRequested = useRef(false);
  const [following, setFollowing] = useState(true);
  const follower = useFollow(scroller, setFollowing);
  const stick = useCallback(() => follower.current?.stick(), []);
  const [Container] = useState(() => createContainer(stick));

  const show = useCallback((id) => {
    if (indexOf(store, id) === -1) return false;
    follower.current.reveal(() => scrollToMessage(store, virtual.current, scroller.current, id), flash);
    return true;
  }, []);
  useImperativeHandle(handle, () => ({ show, element: scroller.current }), [show]);

  const requestMore = useCallback(() => {
    const { session, older, newer, exchanges } = store.list();
    const view = scroller.current;
    const near = PREFETCH_SCREENS * view.clientHeight;
    const ids = store.ids().filter((id) => store.group(id).role !== "notice");
    const request = (name, id) => {
      const key = `${name} ${id}`;
      if (requested.current === key) return;
      requested.current = key;
      fire(name, session, id);
    };
    if (exchanges.length === 0) return;
    if (older && view.scrollTop < near) request("onOlder", ids[0]);
    else if (newer && view.scrollHeight - view.scrollTop - view.clientHeight < near) request("onNewer", ids.at(-1));
  }, []);

  useLayoutEffect(() => {
    requested.current = null;
    if (list.focus) return void show(list.focus);
    follower.current.follow();
  }, [list.epoch]);
  useLayoutEffect(() => {
    if (pinned) follower.current.follow();
  }, [pinned]);
  useEffect(requestMore, [list]);

  // With several people, a message gets the space for an answer only once something follows it.
  const isPinned = (exchange) =>
    exchange.key === pinned && exchange === list.exchanges.at(-1) && (!several || exchange.ids.length > 1);

  const toLatest = () => {
    latestRequested.current = list.newer;
    if (list.newer) fire("onLatest", list.session);
    else follower.current.follow();
  };
  useLayoutEffect(() => {
    if (!latestRequested.current || list.newer) return;
    latestRequested.current = false;
    follower.current.follow();
  }, [list]);
  useEffect(() => {
    if (list.newer && list.pendingCount > 0) toLatest();
  }, [list.pendingCount]);
  return (
    <div className="thread-frame">
      <section className="thread" ref={scroller} tabIndex={0} aria-label={labels.region} data-testid="transcript">
        <div className="col">
          <Virtualizer
            ref={virtual}
            scrollRef={scroller}
            data={list.exchanges}
            shift={list.shift}
            bufferSize={buffer}
            itemSize={ITEM_SIZE}
            onScroll={requestMore}
            onResize={stick}
            as={Container}
          >
            {(exchange) => <Exchange key={exchange.key} exchange={exchange} pinned={isPinned(exchange)} />}
          </Virtualizer>
        </div>
      </section>
      {(!following || list.newer) && (
        <button type="button" className="latest" onClick={toLatest} data-testid="jump-to-latest">
          <Icon name="arrowDown" />
          {labels.latest}
        </button>
      )}
    </div>
  );
}
