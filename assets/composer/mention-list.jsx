/** The list of candidates for a mention, above the composer; the keyboard stays in the text field. */
import { useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { completeMention, findCandidates, initialSelection, mentionAt, moveSelection } from "./mentions.js";
import { Avatar, PersonAvatar } from "../lib/avatar.jsx";
import { plural } from "../lib/format.js";

const NOT_DISMISSED = { start: -1 };

/**
 * Returns what the text field and the list need to offer mentions.
 * @param {object|null} agent {key, name, color, initial}, or null where nobody can be mentioned
 * @param {(text: string) => void} write receives the text after a candidate was chosen
 */
export function useMentions({ field, text, write, agent, people }) {
  const id = useId();
  const [caret, setCaret] = useState(null);
  const [selection, setSelection] = useState({ mention: "", index: -1 });
  /** The start of the mention whose list was closed with Escape. */
  const [dismissed, setDismissed] = useState(NOT_DISMISSED);
  const nextCaret = useRef(null);
  const mention = agent && caret !== null ? mentionAt(text, caret) : null;
  const candidates = useMemo(
    () => (mention ? findCandidates(mention.query, { agent, people }) : []),
    [mention?.query, agent?.key, agent?.name, people],
  );
  const open = mention !== null && candidates.length > 0 && mention.start !== dismissed.start;
  const mentionKey = mention ? `${mention.start} ${mention.query}` : "";
  const selected =
    selection.mention === mentionKey ? selection.index : initialSelection(mention?.query ?? "", candidates);

  useLayoutEffect(() => {
    if (nextCaret.current === null) return;
    field.current.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = null;
  }, [text]);

  const updateCaret = () => {
    const { selectionStart, selectionEnd } = field.current;
    setCaret(selectionStart === selectionEnd ? selectionStart : null);
    if (mentionAt(field.current.value, selectionStart)?.start !== dismissed.start) setDismissed(NOT_DISMISSED);
  };
  const choose = (candidate) => {
    const completed = completeMention(text, mention, candidate);
    nextCaret.current = completed.caret;
    write(completed.text);
    setCaret(completed.caret);
    field.current.focus();
  };
  /** Handles a key press in the field; returns whether it was meant for the list. */
  const onKeyDown = (event) => {
    if (!open || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
    if (event.key === "Escape") setDismissed({ start: mention.start });
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setSelection({ mention: mentionKey, index: moveSelection(selected, event.key, candidates.length) });
    } else if ((event.key === "Enter" || event.key === "Tab") && selected >= 0) choose(candidates[selected]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const fieldProps = agent && {
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": open ? id : undefined,
    "aria-activedescendant": open && selected >= 0 ? `${id}-${selected}` : undefined,
  };
  const close = () => setCaret(null);
  return { list: { id, open, candidates, selected, choose }, updateCaret, onKeyDown, close, fieldProps };
}

export function MentionList({ id, open, candidates, selected, choose, labels }) {
  const list = useRef(null);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  return (
    <>
      <span className="sr" role="status">
        {open && plural(labels.mentions_found, candidates.length)}
      </span>
      {open && (
        <div className="mentions" id={id} role="listbox" aria-label={labels.mentions} ref={list} data-testid="mentions">
          {candidates.map((candidate, index) => (
            <Candidate
              key={`${candidate.kind} ${candidate.id}`}
              id={`${id}-${index}`}
              selected={index === selected}
              {...{ candidate, choose }}
            />
          ))}
        </div>
      )}
    </>
  );
}

/** A candidate; the text field keeps the focus when it is pressed. */
function Candidate({ id, candidate, selected, choose }) {
  const keepFocus = (event) => event.preventDefault();
  const isAgent = candidate.kind === "agent";
  return (
    <div
      id={id}
      role="option"
      aria-selected={selected}
      className="mention"
      onMouseDown={keepFocus}
      onClick={() => choose(candidate)}
      data-testid="mention"
    >
      {isAgent ? (
        <Avatar initial={candidate.initial} color={candidate.color} className="av small" />
      ) : (
        <PersonAvatar id={candidate.id} name={candidate.name} className="av small" />
      )}
      <span className="one-line" dir="auto">
        {candidate.name}
      </span>
      <small>{isAgent ? `@${candidate.key}` : candidate.email}</small>
    </div>
  );
}
