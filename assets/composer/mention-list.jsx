/** Who may be mentioned where an `@` is written in the composer: a list above it, moved in from the field. */
import { useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Avatar } from "../lib/avatar.jsx";
import { candidates, complete, firstMarked, mentionAt, move } from "./mentions.js";
import { plural } from "../transcript/format.js";

const CLOSED = { start: -1, query: null };

/**
 * Returns what the field needs to offer mentions.
 * @param {object|null} agent {key, name, color, initial}, or null where nobody can be mentioned
 * @param {(text: string) => void} write takes the text after somebody was chosen
 */
export function useMentions({ field, text, write, agent, people }) {
  const id = useId();
  const [caret, setCaret] = useState(null);
  const [marking, setMarking] = useState({ at: "", marked: -1 });
  /** Where the list was closed by hand; it stays closed for as long as that mention is written. */
  const [closed, setClosed] = useState(CLOSED);
  const next = useRef(null);
  const mention = agent && caret !== null ? mentionAt(text, caret) : null;
  const found = useMemo(
    () => (mention ? candidates(mention.query, { agent, people }) : []),
    [mention?.query, agent?.key, agent?.name, people],
  );
  const open = mention !== null && found.length > 0 && mention.start !== closed.start;
  const at = mention ? `${mention.start} ${mention.query}` : "";
  const marked = marking.at === at ? marking.marked : firstMarked(mention?.query ?? "", found);

  useLayoutEffect(() => {
    if (next.current === null) return;
    field.current.setSelectionRange(next.current, next.current);
    next.current = null;
  }, [text]);

  const look = () => {
    const { selectionStart, selectionEnd } = field.current;
    setCaret(selectionStart === selectionEnd ? selectionStart : null);
    if (mentionAt(field.current.value, selectionStart)?.start !== closed.start) setClosed(CLOSED);
  };
  const choose = (choice) => {
    const done = complete(text, mention, choice);
    next.current = done.caret;
    write(done.text);
    setCaret(done.caret);
    field.current.focus();
  };
  /** Returns whether the key was meant for the list. */
  const onKeyDown = (event) => {
    if (!open || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
    if (event.key === "Escape") setClosed({ start: mention.start });
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setMarking({ at, marked: move(marked, event.key, found.length) });
    } else if ((event.key === "Enter" || event.key === "Tab") && marked >= 0) choose(found[marked]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const aria = agent && {
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": open ? id : undefined,
    "aria-activedescendant": open && marked >= 0 ? `${id}-${marked}` : undefined,
  };
  return { id, open, found, marked, choose, look, onKeyDown, aria, leave: () => setCaret(null) };
}

export function MentionList({ id, open, found, marked, choose, labels }) {
  const list = useRef(null);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  return (
    <>
      <span className="sr" role="status">
        {open && plural(labels.mentions_found, found.length)}
      </span>
      {open && (
        <div className="mentions" id={id} role="listbox" aria-label={labels.mentions} ref={list} data-testid="mentions">
          {found.map((choice, index) => (
            <Choice key={`${choice.kind} ${choice.id}`} id={`${id}-${index}`} on={index === marked} {...{ choice, choose }} />
          ))}
        </div>
      )}
    </>
  );
}

/** One of those who may be meant; the field keeps the focus while it is pressed. */
function Choice({ id, choice, on, choose }) {
  const keepFocus = (event) => event.preventDefault();
  return (
    <div
      id={id}
      role="option"
      aria-selected={on}
      className="mention"
      onMouseDown={keepFocus}
      onClick={() => choose(choice)}
      data-testid="mention"
    >
      {choice.kind === "agent" ? (
        <span className="av small" style={{ background: choice.color }} aria-hidden="true">
          {choice.initial}
        </span>
      ) : (
        <Avatar {...choice} className="av small" />
      )}
      <span className="one-line" dir="auto">
        {choice.name}
      </span>
      <small>{choice.kind === "agent" ? `@${choice.key}` : choice.email}</small>
    </div>
  );
}
