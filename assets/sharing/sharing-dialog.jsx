/** The content of the sharing dialog: participants, adding people, and sharing with the whole workspace. */
import { useId, useRef } from "react";
import * as Dialog from "@radix-ui/react-dialog";
import { AddPerson } from "./add-person.jsx";
import { PersonAvatar } from "../lib/avatar.jsx";
import { fill } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";

export function SharingDialog(props) {
  const { session, sharing, looking, me, members, problem, labels, onAdd, onRemove, onLeave, onEveryone } = props;
  const { visibility, people, manages, creator } = sharing;
  const heading = useRef(null);
  const present = new Set(looking.map((person) => person.id));
  const participants = new Set([creator, ...people.map((person) => person.id)]);
  const others = members?.filter((member) => !participants.has(member.id));
  // The pressed button disappears with its row; the focus has to stay in the dialog.
  const remove = (id) => {
    heading.current.focus();
    onRemove(session.id, id);
  };
  return (
    <>
      <div className="sheet-head">
        <Dialog.Title className="dialog-title grow" ref={heading} tabIndex={-1}>
          {labels.people}
        </Dialog.Title>
        <Dialog.Close className="icon" aria-label={labels.close} data-testid="sharing-close">
          <Icon name="cross" />
        </Dialog.Close>
      </div>
      {people.length === 0 && (
        <p className="dialog-text">{visibility === "private" ? labels.only_you : labels.nobody}</p>
      )}
      {people.length > 0 && (
        <ul className="people" data-testid="participants">
          {people.map((person) => (
            <Participant
              key={person.id}
              person={person}
              isViewer={person.id === me}
              isCreator={person.id === creator}
              isPresent={present.has(person.id)}
              {...{ manages, labels, onRemove: remove, onLeave: () => onLeave(session.id) }}
            />
          ))}
        </ul>
      )}
      <p className="auth-error" role="alert" hidden={!problem} data-testid="sharing-problem">
        {problem}
      </p>
      {manages && <AddPerson members={others} labels={labels} onAdd={(id) => onAdd(session.id, id)} />}
      {manages && (
        <WorkspaceSwitch
          checked={visibility === "workspace"}
          onChange={(checked) => onEveryone(session.id, checked)}
          label={labels.everyone}
        />
      )}
      {visibility === "group" && <p className="dialog-text">{labels.managers}</p>}
      {!manages && visibility === "workspace" && <p className="dialog-text">{labels.everyone_sees}</p>}
    </>
  );
}

function Participant({ person, isViewer, isCreator, isPresent, manages, labels, onRemove, onLeave }) {
  const notes = [person.email, labels.roles[person.role], isPresent && labels.here_now];
  return (
    <li data-testid="participant">
      <PersonAvatar {...person} className="av small" />
      <span className="two-lines grow">
        <span dir="auto">{person.name}</span>
        {isViewer && <span className="you"> ({labels.you})</span>}
        <small>{notes.filter(Boolean).join(" · ")}</small>
      </span>
      {manages && !isCreator && !isViewer && (
        <button
          type="button"
          className="btn ghost"
          aria-label={fill(labels.remove_person, { name: person.name })}
          onClick={() => onRemove(person.id)}
        >
          {labels.remove}
        </button>
      )}
      {isViewer && !isCreator && (
        <button type="button" className="btn ghost" onClick={onLeave} data-testid="leave">
          {labels.leave}
        </button>
      )}
    </li>
  );
}

function WorkspaceSwitch({ checked, onChange, label }) {
  const id = useId();
  return (
    <label className="switch" htmlFor={id}>
      <span className="grow">{label}</span>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        data-testid="everyone"
      />
    </label>
  );
}
