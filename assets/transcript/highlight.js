/** Syntax highlighting by Shiki with its JavaScript engine, in a worker that starts with the first block of code. */
import { useEffect, useRef, useState } from "react";

/** Time between two requests for a block that still grows, in ms; its newest lines are plain in between. */
const GROWING_INTERVAL = 250;

/** Callbacks of the requests that wait for an answer, by request id. */
const callbacks = new Map();
let worker = null;
let lastId = 0;

/** Sends a request to the worker; returns a function that ignores its answer. */
function highlight(request, callback) {
  worker ??= startWorker();
  const id = ++lastId;
  callbacks.set(id, callback);
  worker.postMessage({ id, ...request });
  return () => callbacks.delete(id);
}

function startWorker() {
  const started = new Worker(new URL("./highlight-worker.js", import.meta.url), { type: "module" });
  started.onmessage = ({ data: { id, lines } }) => {
    callbacks.get(id)?.(lines);
    callbacks.delete(id);
  };
  return started;
}

const isEqual = (line, other) =>
  line.length === other?.length &&
  line.every(([content, color], index) => content === other[index][0] && color === other[index][1]);

/** Returns the value, updated at most once per `interval` ms; 0 disables the limit. */
function useThrottled(value, interval) {
  const [held, setHeld] = useState(value);
  const latest = useRef(value);
  const timer = useRef(0);
  latest.current = value;
  useEffect(() => {
    if (interval === 0 || timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = 0;
      setHeld(latest.current);
    }, interval);
  }, [value, interval]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return interval === 0 ? value : held;
}

/**
 * Returns the highlighted first lines of the code as lists of `[content, color]`. A line that did not change is the
 * same object as before.
 * @param {boolean} growing whether the block still streams
 */
export function useHighlight(code, language, growing) {
  const [highlighted, setHighlighted] = useState({ code: "", lines: [] });
  const wanted = useThrottled(code, growing ? GROWING_INTERVAL : 0);
  useEffect(() => {
    if (!language || wanted === "") return undefined;
    const update = (lines) =>
      setHighlighted((before) => ({
        code: wanted,
        lines: lines.map((line, index) => (isEqual(line, before.lines[index]) ? before.lines[index] : line)),
      }));
    return highlight({ code: wanted, language, growing }, update);
  }, [wanted, language]);
  if (highlighted.code === code) return highlighted.lines;
  return code.startsWith(highlighted.code) ? highlighted.lines.slice(0, -1) : [];
}
