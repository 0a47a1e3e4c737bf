/** A person's mark; their name stands beside it, so it says nothing to a screen reader. */
import { colorOf, initialOf } from "./people.js";

export function Avatar({ id, name, className = "av", title }) {
  return (
    <span className={className} style={{ background: colorOf(id) }} title={title} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}
