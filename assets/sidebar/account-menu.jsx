/** What the menu of a person who signed in can do beyond the event connection, which both of these end. */
import { useState } from "react";
import { createPortal } from "react-dom";
import * as Menu from "@radix-ui/react-dropdown-menu";
import { ask, SIGNED_OUT } from "../lib/rest.js";
import { Icon } from "../lib/icon.jsx";
import { words } from "../lib/error-text.js";

/** Returns what sends a request and then goes elsewhere, and in words why that failed. */
function useLeaving(labels) {
  const [error, setError] = useState("");
  const leave = async (path, body, address) => {
    setError("");
    const answer = await ask("POST", path, body);
    // Who is signed out already is where they wanted to be, or is asked to sign in again.
    if (answer.error && answer.error.status !== SIGNED_OUT) setError(words(answer.error, labels));
    else location.assign(address);
  };
  return [leave, error];
}

/** The menu stays open until the page is left, so that it can say why it was not. */
const stay = (event) => event.preventDefault();

/** Why it failed, in the entry that was chosen; a menu may hold no alert, so the one for screen readers lies outside. */
function Failure({ text }) {
  if (!text) return null;
  const alert = (
    <p className="sr" role="alert">
      {text}
    </p>
  );
  return (
    <>
      <small className="menu-error">{text}</small>
      {createPortal(alert, document.body)}
    </>
  );
}

export function WorkspaceChoices({ workspaces, current, labels }) {
  const [leave, error] = useLeaving(labels);
  const [chosen, setChosen] = useState(current);
  const enter = (id) => {
    setChosen(id);
    if (id !== current) leave(`/v1/workspaces/${encodeURIComponent(id)}/enter`, {}, "/");
  };
  return (
    <Menu.RadioGroup value={current} onValueChange={enter} data-testid="workspaces">
      {workspaces.map(({ id, name }) => (
        <Menu.RadioItem key={id} value={id} className="menu-item marked" onSelect={stay}>
          <Menu.ItemIndicator className="menu-mark">
            <Icon name="check" />
          </Menu.ItemIndicator>
          <span className="two-lines">
            {name}
            {id === chosen && <Failure text={error} />}
          </span>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

export function SignOutItem({ labels }) {
  const [leave, error] = useLeaving(labels);
  const signOut = (event) => {
    stay(event);
    leave("/v1/auth/sign-out", { everywhere: false }, "/sign-in");
  };
  return (
    <Menu.Item className="menu-item" onSelect={signOut} data-testid="sign-out">
      <span className="two-lines">
        {labels.sign_out}
        <Failure text={error} />
      </span>
    </Menu.Item>
  );
}
