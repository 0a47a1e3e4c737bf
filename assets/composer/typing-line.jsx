/** The line above the composer that says who else is typing; screen readers announce it. */
import { useLayoutEffect } from "react";
import { describeTypists, typists } from "./typists.js";
import { useLost } from "../lib/connection.js";
import { fill } from "../lib/format.js";
import { useStore } from "../lib/use-store.js";

export function TypingLine({ sessionId, labels }) {
  const people = useStore(typists.people);
  const lost = useLost();
  useLayoutEffect(() => typists.show(sessionId), [sessionId]);
  const names = lost ? [] : people.map((person) => person.name);
  return (
    <p className="typing-line" role="status" dir="auto" data-testid="typing">
      {describeTypists(names, labels, fill)}
    </p>
  );
}
