// Where the reader looks: the end is followed until the reader scrolls up, and never against their hand.

/** Closer to the end than this counts as being there, in px. */
const AT_END = 24;
/** A scroll is the reader's when they touched something this shortly before, in ms. */
const INTENT = 1000;
/** A list that was scrolled to a message is measured for this long; what seems its end may not be, in ms. */
const MEASURING = 500;
const UPWARD_KEYS = new Set(["PageUp", "Home", "ArrowUp"]);

/**
 * Follows the end of a scrolling element.
 * @param {HTMLElement} scroller
 * @param {(following: boolean) => void} onChange
 */
export function followEnd(scroller, onChange) {
  let following = true;
  let held = false;
  let touchedAt = -INTENT;
  let leftAt = -MEASURING;
  let top = scroller.scrollTop;

  const toEnd = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  const set = (next) => {
    if (next === following) return;
    following = next;
    onChange(next);
  };
  const stick = () => {
    if (following && !held) scroller.scrollTop = scroller.scrollHeight;
    top = scroller.scrollTop;
  };
  const touched = () => {
    touchedAt = performance.now();
  };
  const up = () => {
    touched();
    if (scroller.scrollTop > 0) set(false);
  };
  const scrolled = () => {
    const now = performance.now();
    const byReader = held || now - touchedAt < INTENT;
    if (toEnd() <= AT_END && (byReader || now - leftAt > MEASURING)) set(true);
    else if (byReader && scroller.scrollTop < top - 1) set(false);
    top = scroller.scrollTop;
  };
  const listeners = {
    wheel: (event) => (event.deltaY < 0 ? up() : touched()),
    keydown: (event) => (UPWARD_KEYS.has(event.key) ? up() : touched()),
    touchstart: () => (held = true),
    touchmove: touched,
    touchend: () => (held = false),
    touchcancel: () => (held = false),
    pointerdown: (event) => (held = event.target === scroller),
    scroll: scrolled,
  };
  const released = () => (held = false);
  for (const [type, listener] of Object.entries(listeners)) scroller.addEventListener(type, listener, { passive: true });
  addEventListener("pointerup", released);
  return {
    stick,
    /** Begins to follow again, from where the reader is. */
    follow() {
      set(true);
      stick();
    },
    /** Leaves the end, e.g. to look at a message further up. */
    leave() {
      leftAt = performance.now();
      set(false);
    },
    stop() {
      for (const [type, listener] of Object.entries(listeners)) scroller.removeEventListener(type, listener);
      removeEventListener("pointerup", released);
    },
  };
}
