/** Round marks of people and agents: the first letter of the name on a colour. */
import { colorOf, initialOf } from "./people.js";

/** Screen readers skip it: the name is written beside it. */
export function Avatar({ initial, color, className = "av", title, children }) {
  return (
    <span className={className} style={{ background: color }} title={title} aria-hidden="true">
      {initial}
      {children}
    </span>
  );
}

export function PersonAvatar({ id, name, className, title }) {
  return <Avatar initial={initialOf(name)} color={colorOf(id)} className={className} title={title} />;
}
