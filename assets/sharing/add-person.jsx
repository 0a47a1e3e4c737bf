/** Adds members of the workspace to a conversation; a search offers the matching ones. */
import { useEffect, useId, useRef, useState } from "react";
import { PersonAvatar } from "../lib/avatar.jsx";
import { plural } from "../lib/format.js";
import { matchPeople } from "../lib/people.js";

/** @param {object[] | undefined} members who can be added; undefined while they are loaded */
export function AddPerson({ members, labels, onAdd }) {
  const [query, setQuery] = useState("");
  const [entered, setEntered] = useState(false);
  const field = useRef(null);
  const id = useId();
  const matches = members && query.trim() ? matchPeople(members, query) : [];
  const noMatch = members && query.trim() && matches.length === 0;
  const search = (text) => {
    setQuery(text);
    setEntered(false);
  };
  const add = (member) => {
    onAdd(member.id);
    search("");
    field.current.focus();
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    setEntered(true);
  };
  // Enter can be pressed before the members are loaded.
  useEffect(() => {
    if (!entered || !members) return;
    setEntered(false);
    if (matches.length === 1) add(matches[0]);
  });
  return (
    <div className="field" role="group" aria-label={labels.add}>
      <label htmlFor={id}>{labels.add}</label>
      <input
        id={id}
        ref={field}
        className="input"
        type="search"
        autoComplete="off"
        placeholder={labels.search}
        value={query}
        onChange={(event) => search(event.target.value)}
        onKeyDown={onKeyDown}
        data-testid="add-person"
      />
      <span className="sr" role="status">
        {noMatch && labels.nobody_found}
        {matches.length > 0 && plural(labels.found, matches.length)}
      </span>
      {noMatch && (
        <span className="field-hint" aria-hidden="true">
          {labels.nobody_found}
        </span>
      )}
      {matches.length > 0 && (
        <ul className="people found">
          {matches.map((member) => (
            <li key={member.id}>
              <button type="button" onClick={() => add(member)} data-testid="candidate">
                <PersonAvatar {...member} className="av small" />
                <span className="two-lines grow">
                  <span className="sr">{labels.add_verb} </span>
                  <span dir="auto">{member.name}</span>
                  <small>{member.email}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
