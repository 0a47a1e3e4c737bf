// The text of a row as it is shown: paced while it streams, whole at once when it has settled.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPace, wholeCharacter } from "./pace.js";

/** Time between two renders while the tab is hidden, in ms: nobody looks, and frames do not come. */
const HIDDEN_INTERVAL = 1000;

/** A frame of a 60 Hz screen, in ms. */
const FRAME = 1000 / 60;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The part of the text `key` to show now.
 * @param {boolean} live whether more text is expected
 */
export function useReveal(store, key, live) {
  const [shown, setShown] = useState(() => store.text(key));
  const begun = useRef(0);
  const pace = useRef(null);
  pace.current ??= createPace();

  useLayoutEffect(() => {
    if (begun.current) pace.current.took(performance.now() - begun.current);
    begun.current = 0;
  }, [shown]);

  useEffect(() => {
    let length = Math.min(shown.length, store.text(key).length);
    let frame = 0;
    let timer = 0;
    const show = (next) => {
      length = next;
      begun.current = performance.now();
      setShown(store.text(key).slice(0, next));
    };
    const showAll = () => {
      timer = 0;
      show(store.text(key).length);
    };
    const step = (now) => {
      frame = 0;
      const text = store.text(key);
      if (text.length <= length) return show(text.length);
      const taken = reducedMotion.matches ? text.length - length : pace.current.take(text.length - length, now);
      if (taken > 0) show(wholeCharacter(text, length + taken));
      if (length < text.length) soon(now);
    };
    /** Frames in which nothing would be shown are not asked for: each has its price. */
    const soon = (now) => {
      const wait = pace.current.wait(now) - FRAME / 2;
      if (wait > 0) timer ||= setTimeout(ask, wait);
      else ask();
    };
    const ask = () => {
      timer = 0;
      frame ||= requestAnimationFrame(step);
    };
    const arrived = () => {
      if (document.hidden) return void (timer ||= setTimeout(showAll, HIDDEN_INTERVAL));
      const now = performance.now();
      pace.current.arrived(store.text(key).length - length, now);
      if (!frame && !timer) soon(now);
    };
    const stop = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      frame = timer = 0;
    };
    const visibility = () => {
      stop();
      showAll();
    };
    if (store.text(key) !== shown) showAll();
    const unsubscribe = store.subscribe(`text:${key}`, arrived);
    document.addEventListener("visibilitychange", visibility);
    return () => {
      stop();
      unsubscribe();
      document.removeEventListener("visibilitychange", visibility);
    };
  }, [store, key]);

  return live ? shown : store.text(key);
}
