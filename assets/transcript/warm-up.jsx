/**
 * Renders Markdown once while the page is idle: the first rendering takes longer than later ones. Opening the first
 * conversation becomes about 30 ms faster.
 */
import { startTransition, useEffect, useState } from "react";
import { Markdown } from "./markdown.jsx";

/** Milliseconds after which it is rendered although the page is not idle. */
const MAX_DELAY = 2000;
const SAMPLE =
  "# One\n\nTwo **three** *four* `five` [six](https://example.com).\n\n- seven\n\n| a | b |\n|---|---|\n| 1 | 2 |";

const whenIdle = (callback) =>
  window.requestIdleCallback ? requestIdleCallback(callback, { timeout: MAX_DELAY }) : setTimeout(callback, MAX_DELAY);

/** It outlives the component: once per page is enough. */
let warm = false;

/** Renders a hidden sample and removes it. */
export function WarmUp() {
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (warm) return;
    warm = true;
    whenIdle(() => startTransition(() => setDrawn(true)));
  }, []);
  useEffect(() => {
    if (drawn) startTransition(() => setDrawn(false));
  }, [drawn]);
  if (!drawn) return null;
  return (
    <div hidden inert>
      <Markdown id="sample" text={SAMPLE} live={false} />
      <Markdown id="sample" text={SAMPLE} live={true} />
    </div>
  );
}
