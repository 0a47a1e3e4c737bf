/** The visible part of a row's text: revealed gradually while it streams, complete afterwards. */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPace, wholeCharacter } from "./pace.js";

/** Time between two renders while the tab is hidden and gets no animation frames, in ms. */
const HIDDEN_INTERVAL = 1000;

/** Duration of a frame of a 60 Hz screen, in ms. */
const FRAME = 1000 / 60;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Returns the part of a text to show now.
 * @param {string} key of the text in the store
 * @param {boolean} live whether more text is expected
 */
export function useReveal(store, key, live) {
  const [shown, setShown] = useState(() => store.text(key));
  const renderedFrom = useRef(0);
  const pace = useRef(null);
  pace.current ??= createPace();

  useLayoutEffect(() => {
    if (renderedFrom.current) pace.current.rendered(performance.now() - renderedFrom.current);
    renderedFrom.current = 0;
  }, [shown]);

  useEffect(() => {
    let length = Math.min(shown.length, store.text(key).length);
    let frame = 0;
    let timer = 0;
    const show = (next) => {
      length = next;
      renderedFrom.current = performance.now();
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
      const count = reducedMotion.matches ? text.length - length : pace.current.take(text.length - length, now);
      if (count > 0) show(wholeCharacter(text, length + count));
      if (length < text.length) schedule(now);
    };
    /** Requests a frame only when text can be revealed in it. */
    const schedule = (now) => {
      const wait = pace.current.wait(now) - FRAME / 2;
      if (wait > 0) timer ||= setTimeout(requestStep, wait);
      else requestStep();
    };
    const requestStep = () => {
      timer = 0;
      frame ||= requestAnimationFrame(step);
    };
    const onText = () => {
      if (document.hidden) return void (timer ||= setTimeout(showAll, HIDDEN_INTERVAL));
      const now = performance.now();
      pace.current.arrived(store.text(key).length - length, now);
      if (!frame && !timer) schedule(now);
    };
    const stop = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      frame = timer = 0;
    };
    const onVisibility = () => {
      stop();
      showAll();
    };
    if (store.text(key) !== shown) showAll();
    const unsubscribe = store.subscribe(`text:${key}`, onText);
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      stop();
      unsubscribe();
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [store, key]);

  return live ? shown : store.text(key);
}
