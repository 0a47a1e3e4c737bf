// The first Markdown that a page draws takes longer than any later one; it is drawn before anybody waits for it. Opening a
// first conversation takes about 30 ms less for it.
import { startTransition, useEffect, useState } from "react";
import { Markdown } from "./markdown.jsx";

/** A page that has just been opened has more urgent things to do; after this many ms it is done anyway. */
const WITHIN = 2000;
const SAMPLE = "# One\n\nTwo **three** *four* `five` [six](https://example.com).\n\n- seven\n\n| a | b |\n|---|---|\n| 1 | 2 |";

const whenIdle = (call) =>
  window.requestIdleCallback ? requestIdleCallback(call, { timeout: WITHIN }) : setTimeout(call, WITHIN);

/** It outlives the component: a page warms up once. */
let warm = false;

/** Draws a sample where nobody sees it, once, and takes it away. */
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
      <Markdown text={SAMPLE} live={false} />
      <Markdown text={SAMPLE} live={true} />
    </div>
  );
}
