// Where the reader looks: the end is followed until the reader scrolls up, and never against their hand.

/** Closer to the end than this counts as being there, in px. */
const AT_END = 24;
/** A scroll is the reader's when they touched something this shortly before, in ms. */
const INTENT = 1000;
/** A list that was scrolled to a message is measured for this long; what seems its end may not be, in ms. */
const MEASURING = 500;
/** What was brought into view stays there until nothing has moved for this many frames, and at most for so many. */
const STILL = 4;
const MOST_FRAMES = 60;
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
  let bringing = null;

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
    bringing = null;
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
    touchstart: () => {
      touched();
      held = true;
    },
    touchmove: touched,
    touchend: () => (held = false),
    touchcancel: () => (held = false),
    pointerdown: (event) => {
      held = event.target === scroller;
      if (held) touched();
    },
    scroll: scrolled,
  };
  const released = () => (held = false);
  for (const [type, listener] of Object.entries(listeners)) scroller.addEventListener(type, listener, { passive: true });
  addEventListener("pointerup", released);
  return {
    stick,
    /** Begins to follow again, from where the reader is. */
    follow() {
      bringing = null;
      set(true);
      stick();
    },
    /**
     * Leaves the end to look at something further up, and keeps that in its place while the rows around it are
     * measured; the reader's hand comes first.
     * @param {() => Element|null} place scrolls to it and returns it, or, as long as it is not drawn, to where it will be
     * @param {(element: Element) => void} arrived called when it stands still
     */
    bring(place, arrived) {
      leftAt = performance.now();
      set(false);
      bringing = place;
      let [still, frames] = [0, 0];
      const again = () => {
        if (bringing !== place) return;
        const before = scroller.scrollTop;
        const element = place();
        still = element && Math.abs(scroller.scrollTop - before) < 1 ? still + 1 : 0;
        frames += 1;
        if (still < STILL && frames < MOST_FRAMES) return void requestAnimationFrame(again);
        bringing = null;
        if (element) arrived(element);
      };
      again();
    },
    stop() {
      bringing = null;
      for (const [type, listener] of Object.entries(listeners)) scroller.removeEventListener(type, listener);
      removeEventListener("pointerup", released);
    },
  };
}
