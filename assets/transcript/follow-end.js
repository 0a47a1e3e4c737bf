/** Scrolling: follows the end of the conversation until the reader scrolls up, and never against the reader. */

/** The greatest distance that counts as being at the end, in px. */
const END_TOLERANCE = 24;
/** Time after an input event in which a scroll counts as the reader's, in ms. */
const INPUT_WINDOW = 1000;
/** Time after scrolling to a message in which rows are still measured, so that the end may move, in ms. */
const MEASURING_TIME = 500;
/** An element is kept in place until it has not moved for so many frames. */
const STABLE_FRAMES = 4;
/** The most frames for which an element is kept in place. */
const MAX_FRAMES = 60;
const UPWARD_KEYS = new Set(["PageUp", "Home", "ArrowUp"]);

/**
 * Follows the end of a scrolling element.
 * @param {HTMLElement} scroller
 * @param {(following: boolean) => void} onChange
 */
export function followEnd(scroller, onChange) {
  let following = true;
  let held = false;
  let inputAt = -INPUT_WINDOW;
  let leftAt = -MEASURING_TIME;
  let top = scroller.scrollTop;
  let revealing = null;

  const distanceToEnd = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  const set = (next) => {
    if (next === following) return;
    following = next;
    onChange(next);
  };
  const stick = () => {
    if (following && !held) scroller.scrollTop = scroller.scrollHeight;
    top = scroller.scrollTop;
  };
  const onInput = () => {
    inputAt = performance.now();
    revealing = null;
  };
  const onUpward = () => {
    onInput();
    if (scroller.scrollTop > 0) set(false);
  };
  const onScroll = () => {
    const now = performance.now();
    const byReader = held || now - inputAt < INPUT_WINDOW;
    if (distanceToEnd() <= END_TOLERANCE && (byReader || now - leftAt > MEASURING_TIME)) set(true);
    else if (byReader && scroller.scrollTop < top - 1) set(false);
    top = scroller.scrollTop;
  };
  const listeners = {
    wheel: (event) => (event.deltaY < 0 ? onUpward() : onInput()),
    keydown: (event) => (UPWARD_KEYS.has(event.key) ? onUpward() : onInput()),
    touchstart: () => {
      onInput();
      held = true;
    },
    touchmove: onInput,
    touchend: () => (held = false),
    touchcancel: () => (held = false),
    pointerdown: (event) => {
      held = event.target === scroller;
      if (held) onInput();
    },
    scroll: onScroll,
  };
  const onRelease = () => (held = false);
  for (const [type, listener] of Object.entries(listeners))
    scroller.addEventListener(type, listener, { passive: true });
  addEventListener("pointerup", onRelease);
  return {
    stick,
    /** Starts to follow the end again. */
    follow() {
      revealing = null;
      set(true);
      stick();
    },
    /**
     * Scrolls to an element and keeps it in place while the rows around it are measured, unless the reader scrolls.
     * @param {() => Element|null} scrollTo scrolls to the element and returns it, or null while it is not rendered
     * @param {(element: Element) => void} onSettled called when the element does not move any more
     */
    reveal(scrollTo, onSettled) {
      leftAt = performance.now();
      set(false);
      revealing = scrollTo;
      let [stable, frames] = [0, 0];
      const step = () => {
        if (revealing !== scrollTo) return;
        const before = scroller.scrollTop;
        const element = scrollTo();
        stable = element && Math.abs(scroller.scrollTop - before) < 1 ? stable + 1 : 0;
        frames += 1;
        if (stable < STABLE_FRAMES && frames < MAX_FRAMES) return void requestAnimationFrame(step);
        revealing = null;
        if (element) onSettled(element);
      };
      step();
    },
    stop() {
      revealing = null;
      for (const [type, listener] of Object.entries(listeners)) scroller.removeEventListener(type, listener);
      removeEventListener("pointerup", onRelease);
    },
  };
}
