/** The line above the composer that says who else writes; a screen reader is told when somebody begins. */
import { useLayoutEffect, useSyncExternalStore } from "react";
import { useLost } from "../lib/connection.js";
import { typists, wordsFor } from "./typists.js";
import { fill } from "../transcript/format.js";

const NOBODY = [];

export function TypingLine({ sessionId, labels }) {
  const people = useSyncExternalStore(typists.subscribe, typists.snapshot, () => NOBODY);
  const lost = useLost();
  useLayoutEffect(() => typists.show(sessionId), [sessionId]);
  const names = lost ? [] : people.map((person) => person.name);
  return (
    <p className="typing-line" role="status" dir="auto" data-testid="typing">
      {wordsFor(names, labels, fill)}
    </p>
  );
}
