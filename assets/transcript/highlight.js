/** Syntax highlighting by Shiki with its JavaScript engine, in a worker that starts with the first block of code. */
import { startTransition, useEffect, useRef, useState } from "react";

/** Time between two requests for a block that still grows, in ms; its newest lines are plain in between. */
const GROWING_INTERVAL = 250;

/** Characters, lines and characters of a line up to which code is highlighted: each line becomes some elements. */
const MAX_CODE = 60_000;
const MAX_LINES = 3_000;
const MAX_LINE = 3_000;
/** Characters from which the colours of code are rendered with pauses. */
const DEFERRED = 5_000;

/** Whether code is within the bounds. */
function canHighlight(code) {
  if (code.length > MAX_CODE) return false;
  let [at, lines] = [0, 0];
  for (let end = 0; end !== code.length; at = end + 1) {
    end = code.indexOf("\n", at);
    if (end === -1) end = code.length;
    lines += 1;
    if (end - at > MAX_LINE || lines > MAX_LINES) return false;
  }
  return true;
}

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
    if (!language || wanted === "" || !canHighlight(wanted)) return undefined;
    const update = (lines) =>
      setHighlighted((before) => ({
        code: wanted,
        lines: lines.map((line, index) => (isEqual(line, before.lines[index]) ? before.lines[index] : line)),
      }));
    const updateWithPauses = (lines) => startTransition(() => update(lines));
    return highlight({ code: wanted, language, growing }, wanted.length > DEFERRED ? updateWithPauses : update);
  }, [wanted, language]);
  if (highlighted.code === code) return highlighted.lines;
  return code.startsWith(highlighted.code) ? highlighted.lines.slice(0, -1) : [];
}
