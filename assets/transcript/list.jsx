// The conversation as a virtual list of exchanges: a question with what follows it.
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
import { Group, PendingSend } from "./group.jsx";
import { Icon } from "./icons.jsx";
import { followEnd } from "./follow-end.js";

/** Older pages are asked for when less than this many screens are left above. */
const SCREENS_AHEAD = 2;
/** Drawn above and below the screen, in px: enough that fast scrolling shows no blank. */
const BUFFER = 600;
/** What an exchange is taken to be high until it is measured, in px: a line asked and some paragraphs answered. */
const ITEM_SIZE = 300;
/** How long a message that was scrolled to is marked, in ms. */
const FLASH = 2000;

/** Only what can be seen is drawn at first, so that it can be seen soon; what is around it follows. */
function useBuffer(epoch) {
  const [drawn, setDrawn] = useState(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => startTransition(() => setDrawn(epoch)));
    return () => cancelAnimationFrame(frame);
  }, [epoch]);
  return drawn === epoch ? BUFFER : 0;
}

const Exchange = memo(function Exchange({ exchange, pinned }) {
  const { ids, send, before } = exchange;
  return (
    <div className={`exchange${pinned ? " pinned" : ""}${before ? "" : " first"}`}>
      {ids.map((id, index) => (
        <Group key={id} id={id} before={index ? ids[index - 1] : before} />
      ))}
      {send && <PendingSend send={send} before={before} />}
    </div>
  );
});

/** The key of the exchange that this page's own newest send began: its question is kept at the top. */
function usePinned(list) {
  const pinned = useRef({ session: null, key: null });
  const last = list.exchanges.at(-1);
  if (pinned.current.session !== list.session) pinned.current = { session: list.session, key: null };
  if (last?.send) pinned.current.key = last.key;
  return pinned.current.key;
}

/** The element that is as high as the whole list; `sized` is called when that height is in the DOM. */
const makeContainer = (sized) =>
  function Container({ ref, style, children }) {
    useLayoutEffect(sized, [style.height]);
    return (
      <div ref={ref} style={style}>
        {children}
      </div>
    );
  };

/**
 * Keeps the end in view while the reader is there, and tells the style sheet how high the view is. No observer of
 * its own looks at the growing content: the list's own would then be a frame late.
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

/** Scrolls to a message and returns it, or, as long as it is not drawn, to where it will be. */
function place(store, virtual, scroller, id) {
  const message = scroller.querySelector(`[data-message="${CSS.escape(id)}"]`);
  if (message) message.scrollIntoView({ block: "start" });
  else scroller.scrollTop = virtual.getItemOffset(indexOf(store, id));
  return message;
}

function flash(message) {
  message.classList.add("flash");
  setTimeout(() => message.classList.remove("flash"), FLASH);
}

/** `handle` gets {show(id), element}. */
export function List({ handle }) {
  const { store, labels, fire, several } = useTranscript();
  const list = useTopic(store, "list", store.list);
  const pinned = usePinned(list);
  const buffer = useBuffer(list.epoch);
  const scroller = useRef(null);
  const virtual = useRef(null);
  const asked = useRef(null);
  const awaited = useRef(false);
  const [following, setFollowing] = useState(true);
  const follower = useFollow(scroller, setFollowing);
  const stick = useCallback(() => follower.current?.stick(), []);
  const [Container] = useState(() => makeContainer(stick));

  const show = useCallback((id) => {
    if (indexOf(store, id) === -1) return false;
    follower.current.bring(() => place(store, virtual.current, scroller.current, id), flash);
    return true;
  }, []);
  useImperativeHandle(handle, () => ({ show, element: scroller.current }), [show]);

  const askForMore = useCallback(() => {
    const { session, older, newer, exchanges } = store.list();
    const view = scroller.current;
    const near = SCREENS_AHEAD * view.clientHeight;
    const ids = store.ids();
    const ask = (name, id) => {
      const question = `${name} ${id}`;
      if (asked.current === question) return;
      asked.current = question;
      fire(name, session, id);
    };
    if (exchanges.length === 0) return;
    if (older && view.scrollTop < near) ask("onOlder", ids[0]);
    else if (newer && view.scrollHeight - view.scrollTop - view.clientHeight < near) ask("onNewer", ids.at(-1));
  }, []);

  useLayoutEffect(() => {
    asked.current = null;
    if (list.focus) return void show(list.focus);
    follower.current.follow();
  }, [list.epoch]);
  useLayoutEffect(() => {
    if (pinned) follower.current.follow();
  }, [pinned]);
  useEffect(askForMore, [list]);

  // What others write stands right below; and a remark that nobody answers has no need of the space for an answer.
  const isPinned = (exchange) =>
    exchange.key === pinned && exchange === list.exchanges.at(-1) && (!several || exchange.ids.length > 1);

  const toLatest = () => {
    awaited.current = list.newer;
    if (list.newer) fire("onLatest", list.session);
    else follower.current.follow();
  };
  useLayoutEffect(() => {
    if (!awaited.current || list.newer) return;
    awaited.current = false;
    follower.current.follow();
  }, [list]);
  useEffect(() => {
    if (list.newer && list.sends > 0) toLatest();
  }, [list.sends]);
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
            onScroll={askForMore}
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
