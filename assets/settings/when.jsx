/** A time in the reader's zone and habit. */
import { useEffect, useState } from "react";
import { fullDate, shortDate } from "../transcript/format.js";

/** The page is built where the reader's zone is not known, so the words come with its first effect. */
export function When({ at, exact = false }) {
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  return (
    <time dateTime={at} title={ready ? fullDate(at) : undefined}>
      {ready && (exact ? fullDate(at) : shortDate(at))}
    </time>
  );
}
