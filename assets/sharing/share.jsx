/** Who has a conversation: a badge and a button in the header, and the dialog that they open; on a phone a sheet. */
import { useEffect, useId, useRef, useState } from "react";
import * as Dialog from "@radix-ui/react-dialog";
import { Avatar } from "../lib/avatar.jsx";
import { useLost } from "../lib/connection.js";
import { Icon } from "../lib/icon.jsx";
import { fitting } from "../lib/people.js";
import { fill, plural } from "../transcript/format.js";

/** The most avatars that the header shows. */
const MOST_LOOKING = 3;

/** Who looks at the conversation as well; of those nothing is known without a connection. */
function Looking({ looking }) {
  if (looking.length === 0) return null;
  return (
    <span className="stack" data-testid="looking">
      {looking.slice(0, MOST_LOOKING).map((person) => (
        <Avatar key={person.id} {...person} className="av tiny" title={person.name} />
      ))}
    </span>
  );
}

function badge({ visibility, people }, labels) {
  if (visibility === "group") return fill(labels.group, { count: people.length });
  return visibility === "workspace" ? labels.workspace : "";
}

/**
 * @param {{visibility: string, creator: string, people: object[], manages: boolean}} sharing who has the conversation
 * @param {{id: string, name: string}[]} looking who else looks at it now
 * @param {string} me the id of the person at this page
 */
export function Share({ session, sharing, looking, me, labels, onOpen, ...rest }) {
  const [open, setOpen] = useState(false);
  const opener = useRef(null);
  const pill = useRef(null);
  const button = useRef(null);
  const lost = useLost();
  useEffect(() => setOpen(false), [session.id]);
  const here = lost ? [] : looking;
  const names = here.map((person) => person.name).join(", ");
  const text = badge(sharing, labels);
  const show = (event) => {
    opener.current = event.currentTarget;
    onOpen();
    setOpen(true);
  };
  const onCloseAutoFocus = (event) => {
    event.preventDefault();
    // The one that was pressed may have given its place to the other.
    const shown = (button) => button?.isConnected && button.offsetParent !== null;
    [opener, pill, button].map((each) => each.current).find(shown)?.focus();
  };
  return (
    <>
      {text && (
        <button type="button" className="pill" ref={pill} onClick={show} aria-haspopup="dialog" data-testid="people-badge">
          <Looking looking={here} />
          {text}
          {here.length > 0 && <span className="sr">. {fill(labels.looking, { names })}</span>}
        </button>
      )}
      <button
        type="button"
        className={text ? "icon only-d" : "icon"}
        ref={button}
        aria-label={labels.share}
        aria-haspopup="dialog"
        onClick={show}
        data-testid="share"
      >
        <Icon name="share" />
      </button>
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Overlay className="veil" />
          <Dialog.Content
            className="dialog sheet"
            aria-describedby={undefined}
            onCloseAutoFocus={onCloseAutoFocus}
            data-testid="sharing"
          >
            <People {...{ session, sharing, me, labels, looking: here, ...rest }} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}

function People({ session, sharing, looking, me, members, problem, labels, onAdd, onRemove, onLeave, onEveryone }) {
  const { visibility, people, manages, creator } = sharing;
  const place = useRef(null);
  const everyone = useId();
  const here = new Set(looking.map((person) => person.id));
  const others = members?.filter((member) => !people.some((person) => person.id === member.id) && member.id !== creator);
  // The button that was pressed goes with its row; the keyboard stays in the dialog.
  const remove = (id) => {
    place.current.focus();
    onRemove(session.id, id);
  };
  const role = (person) => [
    labels.roles[person.role],
    ...(here.has(person.id) ? [labels.here_now] : []),
  ];
  return (
    <>
      <div className="sheet-head">
        <Dialog.Title className="dialog-title grow" ref={place} tabIndex={-1}>
          {labels.people}
        </Dialog.Title>
        <Dialog.Close className="icon" aria-label={labels.close} data-testid="sharing-close">
          <Icon name="close" />
        </Dialog.Close>
      </div>
      {people.length === 0 && <p className="dialog-text">{visibility === "private" ? labels.only_you : labels.nobody}</p>}
      {people.length > 0 && (
        <ul className="people" data-testid="participants">
          {people.map((person) => (
            <li key={person.id} data-testid="participant">
              <Avatar {...person} className="av small" />
              <Who {...person} labels={labels} me={me} notes={role(person)} />
              {manages && person.id !== creator && person.id !== me && (
                <button
                  type="button"
                  className="btn ghost"
                  aria-label={fill(labels.remove_person, { name: person.name })}
                  onClick={() => remove(person.id)}
                >
                  {labels.remove}
                </button>
              )}
              {person.id === me && person.id !== creator && (
                <button type="button" className="btn ghost" onClick={() => onLeave(session.id)} data-testid="leave">
                  {labels.leave}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <p className="auth-error" role="alert" hidden={!problem} data-testid="sharing-problem">
        {problem}
      </p>
      {manages ? (
        <>
          <AddPerson members={others} labels={labels} onAdd={(id) => onAdd(session.id, id)} />
          <label className="switch" htmlFor={everyone}>
            <span className="grow">{labels.everyone}</span>
            <input
              id={everyone}
              type="checkbox"
              role="switch"
              checked={visibility === "workspace"}
              onChange={(event) => onEveryone(session.id, event.target.checked)}
              data-testid="everyone"
            />
          </label>
        </>
      ) : (
        visibility === "workspace" && <p className="dialog-text">{labels.everyone_sees}</p>
      )}
    </>
  );
}

function Who({ id, name, email, me, notes, labels }) {
  return (
    <span className="two-lines grow">
      <span dir="auto">{name}</span>
      {id === me && <span className="you"> ({labels.you})</span>}
      <small>{[email, ...notes].filter(Boolean).join(" · ")}</small>
    </span>
  );
}

/**
 * Members of the workspace by name; some of them, as typed.
 *
 * @param {object[] | undefined} members those who may be added, once they are known
 */
function AddPerson({ members, labels, onAdd }) {
  const [query, setQuery] = useState("");
  const [entered, setEntered] = useState(false);
  const field = useRef(null);
  const id = useId();
  const found = members && query.trim() ? fitting(members, query) : [];
  const nobody = members && query.trim() && found.length === 0;
  const type = (text) => {
    setQuery(text);
    setEntered(false);
  };
  const add = (member) => {
    onAdd(member.id);
    type("");
    field.current.focus();
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    setEntered(true);
  };
  // Who types fast has pressed Enter before the members have come.
  useEffect(() => {
    if (!entered || !members) return;
    setEntered(false);
    if (found.length === 1) add(found[0]);
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
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
        data-testid="add-person"
      />
      <span className="sr" role="status">
        {nobody && labels.nobody_found}
        {found.length > 0 && plural(labels.found, found.length)}
      </span>
      {nobody && (
        <span className="field-hint" aria-hidden="true">
          {labels.nobody_found}
        </span>
      )}
      {found.length > 0 && (
        <ul className="people found">
          {found.map((member) => (
            <li key={member.id}>
              <button type="button" onClick={() => add(member)} data-testid="candidate">
                <Avatar {...member} className="av small" />
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
