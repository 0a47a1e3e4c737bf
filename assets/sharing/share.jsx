/** Shows who can see a conversation: a badge and a button in the header, which open the sharing dialog. */
import { useEffect, useRef, useState } from "react";
import * as Dialog from "@radix-ui/react-dialog";
import { PersonAvatar } from "../lib/avatar.jsx";
import { useLost } from "../lib/connection.js";
import { fill } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";
import { SharingDialog } from "./sharing-dialog.jsx";

/** The most avatars that the header shows. */
const MAX_AVATARS = 3;

function AvatarStack({ people }) {
  if (people.length === 0) return null;
  return (
    <span className="stack" data-testid="looking">
      {people.slice(0, MAX_AVATARS).map((person) => (
        <PersonAvatar key={person.id} {...person} className="av tiny" title={person.name} />
      ))}
    </span>
  );
}

function badgeText({ visibility, people }, labels) {
  if (visibility === "group") return fill(labels.group, { count: people.length });
  return visibility === "workspace" ? labels.workspace : "";
}

/**
 * @param {{visibility: string, creator: string, people: object[], manages: boolean}} sharing who can see the session
 * @param {{id: string, name: string}[]} looking who else has the session open
 * @param {string} me the id of the viewer
 */
export function Share({ session, sharing, looking, me, labels, onOpen, ...rest }) {
  const [open, setOpen] = useState(false);
  const opener = useRef(null);
  const pill = useRef(null);
  const button = useRef(null);
  const lost = useLost();
  useEffect(() => setOpen(false), [session.id]);
  const present = lost ? [] : looking;
  const names = present.map((person) => person.name).join(", ");
  const text = badgeText(sharing, labels);
  const show = (event) => {
    opener.current = event.currentTarget;
    onOpen();
    setOpen(true);
  };
  const onCloseAutoFocus = (event) => {
    event.preventDefault();
    // A change of the sharing can replace the badge with the button, and the other way round.
    const isShown = (element) => element?.isConnected && element.offsetParent !== null;
    [opener.current, pill.current, button.current].find(isShown)?.focus();
  };
  return (
    <>
      {text && (
        <button
          type="button"
          className="pill"
          ref={pill}
          onClick={show}
          aria-haspopup="dialog"
          data-testid="people-badge"
        >
          <AvatarStack people={present} />
          {text}
          {present.length > 0 && <span className="sr">. {fill(labels.looking, { names })}</span>}
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
            <SharingDialog {...{ session, sharing, me, labels, looking: present, ...rest }} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}
