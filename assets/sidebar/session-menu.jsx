/** The menu of a session, in the rows of the list and in the header. */
import { useRef, useState } from "react";
import * as Dialog from "@radix-ui/react-alert-dialog";
import * as Menu from "@radix-ui/react-dropdown-menu";
import { copyText } from "../lib/clipboard.js";
import { fill } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";

/**
 * @param {{id: string, href: string, title: string, archived: boolean, unread: number}} session
 * @param {object} actions onRename(), onFind() where the session is open, and onRead, onArchive, onRestore and
 *   onDelete, which take the session's id
 */
export function SessionMenu({ session, actions, labels, open, onOpenChange, tabIndex }) {
  const [confirming, setConfirming] = useState(false);
  const trigger = useRef(null);
  // What moves the focus has to wait until the menu has released it.
  const afterClose = useRef(null);
  const onCloseAutoFocus = (event) => {
    if (!afterClose.current) return;
    event.preventDefault();
    afterClose.current();
    afterClose.current = null;
  };
  const item = (icon, text, onSelect, className = "") => (
    <Menu.Item className={`menu-item ${className}`} onSelect={onSelect} data-testid={`session-${icon}`}>
      <Icon name={icon} />
      {text}
    </Menu.Item>
  );
  const runAfterClose = (action) => () => {
    afterClose.current = action;
  };
  const copyLink = () => copyText(new URL(session.href, location.href).href);
  return (
    <>
      <Menu.Root modal={false} open={open} onOpenChange={onOpenChange}>
        <Menu.Trigger
          className="icon more"
          ref={trigger}
          aria-label={fill(labels.actions, { title: session.title })}
          tabIndex={tabIndex}
          data-testid="session-more"
        >
          <Icon name="more" />
        </Menu.Trigger>
        <Menu.Portal container={trigger.current?.closest("nav, main")}>
          <Menu.Content
            className="menu"
            align="end"
            sideOffset={4}
            collisionPadding={8}
            onCloseAutoFocus={onCloseAutoFocus}
          >
            {item("rename", labels.rename, runAfterClose(actions.onRename))}
            {item("copy", labels.copy_link, copyLink)}
            {actions.onFind && item("find", labels.find, runAfterClose(actions.onFind))}
            {session.unread > 0 && item("check", labels.mark_read, () => actions.onRead(session.id))}
            {session.archived
              ? item("restore", labels.unarchive, () => actions.onRestore(session.id))
              : item("archive", labels.archive, () => actions.onArchive(session.id))}
            <Menu.Separator className="menu-line" />
            {item(
              "trash",
              labels.delete,
              runAfterClose(() => setConfirming(true)),
              "bad",
            )}
          </Menu.Content>
        </Menu.Portal>
      </Menu.Root>
      {confirming && (
        <ConfirmDelete
          onConfirm={() => actions.onDelete(session.id)}
          onClose={() => setConfirming(false)}
          onClosed={() => trigger.current?.focus()}
          title={session.title}
          labels={labels}
        />
      )}
    </>
  );
}

function ConfirmDelete({ onConfirm, onClose, onClosed, title, labels }) {
  const onCloseAutoFocus = (event) => {
    event.preventDefault();
    onClosed();
  };
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" onCloseAutoFocus={onCloseAutoFocus} data-testid="confirm-delete">
          <Dialog.Title className="dialog-title">{labels.delete_title}</Dialog.Title>
          <Dialog.Description className="dialog-text">{fill(labels.delete_text, { title })}</Dialog.Description>
          <div className="acts">
            <Dialog.Cancel className="btn">{labels.cancel}</Dialog.Cancel>
            <Dialog.Action className="btn danger" onClick={onConfirm} data-testid="confirm-delete-yes">
              {labels.delete_confirm}
            </Dialog.Action>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
