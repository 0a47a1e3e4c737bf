/** Menu entries of a person who signed in: change the workspace, sign out. Both end the event connection. */
import { useState } from "react";
import { createPortal } from "react-dom";
import * as Menu from "@radix-ui/react-dropdown-menu";
import { describeError } from "../lib/error-text.js";
import { Icon } from "../lib/icon.jsx";
import { sendRequest, UNAUTHORIZED } from "../lib/rest.js";

/** Returns a function that sends a request and then opens another page, and the reason why that failed. */
function useLeavingRequest(labels) {
  const [problem, setProblem] = useState("");
  const leave = async (path, body, address) => {
    setProblem("");
    const { error } = await sendRequest("POST", path, body);
    // A login that has ended already is no failure: the address shows the sign-in page.
    if (error && error.status !== UNAUTHORIZED) setProblem(describeError(error, labels));
    else location.assign(address);
  };
  return [leave, problem];
}

/** Keeps the menu open until the page is left, so that it can show a failure. */
const keepOpen = (event) => event.preventDefault();

/** A failure in the chosen entry. A menu must not contain an alert, so screen readers get one outside of it. */
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
  const [leave, problem] = useLeavingRequest(labels);
  const [chosen, setChosen] = useState(current);
  const enter = (id) => {
    setChosen(id);
    if (id !== current) leave(`/v1/workspaces/${encodeURIComponent(id)}/enter`, {}, "/");
  };
  return (
    <Menu.RadioGroup value={current} onValueChange={enter} data-testid="workspaces">
      {workspaces.map(({ id, name }) => (
        <Menu.RadioItem key={id} value={id} className="menu-item marked" onSelect={keepOpen}>
          <Menu.ItemIndicator className="menu-mark">
            <Icon name="check" />
          </Menu.ItemIndicator>
          <span className="two-lines">
            {name}
            {id === chosen && <Failure text={problem} />}
          </span>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

export function SignOutItem({ labels }) {
  const [leave, problem] = useLeavingRequest(labels);
  const signOut = (event) => {
    keepOpen(event);
    leave("/v1/auth/sign-out", { everywhere: false }, "/sign-in");
  };
  return (
    <Menu.Item className="menu-item" onSelect={signOut} data-testid="sign-out">
      <span className="two-lines">
        {labels.sign_out}
        <Failure text={problem} />
      </span>
    </Menu.Item>
  );
}
