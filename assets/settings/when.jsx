/** A time in the reader's locale and time zone. */
import { useEffect, useState } from "react";
import { formatFullDate, formatShortDate } from "../lib/format.js";

/** The reader's time zone is not known when the page is prerendered, so the text appears after the first render. */
export function When({ at, exact = false }) {
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  return (
    <time dateTime={at} title={ready ? formatFullDate(at) : undefined}>
      {ready && (exact ? formatFullDate(at) : formatShortDate(at))}
    </time>
  );
}
