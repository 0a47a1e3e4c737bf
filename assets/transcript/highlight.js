// Colours for code, by Shiki with its JavaScript engine in a worker that starts with the first block of code.
import { useEffect, useRef, useState } from "react";

/** Time between two highlights of a block that still grows, in ms; its newest lines are plain until then. */
const GROWING_INTERVAL = 250;

/** Requests that wait for their answer, by number. */
const waiting = new Map();
let worker = null;
let last = 0;

/** Asks the worker; returns the function that stops waiting for the answer. */
function ask(request, answer) {
  worker ??= start();
  const id = ++last;
  waiting.set(id, answer);
  worker.postMessage({ id, ...request });
  return () => waiting.delete(id);
}

function start() {
  const started = new Worker(new URL("./highlight-worker.js", import.meta.url), { type: "module" });
  started.onmessage = ({ data: { id, lines } }) => {
    waiting.get(id)?.(lines);
    waiting.delete(id);
  };
  return started;
}

const same = (line, other) =>
  line.length === other?.length && line.every(([content, colour], index) => content === other[index][0] && colour === other[index][1]);

/** `value`, at most once per `interval` ms; 0 holds nothing back. */
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
 * The first lines of `code` as lists of `[content, colour]`, as far as they are coloured. A line that did not change
 * is the same object as before.
 * @param {boolean} growing whether the block still streams
 */
export function useHighlight(code, language, growing) {
  const [coloured, setColoured] = useState({ code: "", lines: [] });
  const wanted = useThrottled(code, growing ? GROWING_INTERVAL : 0);
  useEffect(() => {
    if (!language || wanted === "") return undefined;
    const put = (lines) =>
      setColoured((before) => ({
        code: wanted,
        lines: lines.map((line, index) => (same(line, before.lines[index]) ? before.lines[index] : line)),
      }));
    return ask({ code: wanted, language, growing }, put);
  }, [wanted, language]);
  if (coloured.code === code) return coloured.lines;
  return code.startsWith(coloured.code) ? coloured.lines.slice(0, -1) : [];
}
