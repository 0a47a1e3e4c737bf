/** Forms that are sent over REST: fields, validation and errors. */
import { useEffect, useId, useRef, useState } from "react";
import { describeError } from "./error-text.js";
import { fill } from "./format.js";
import { sendRequest } from "./rest.js";

/** Returns the values of the form's fields by name; all but passwords are trimmed. */
function readValues(form) {
  const entries = [...new FormData(form).entries()];
  return Object.fromEntries(
    entries.map(([name, value]) => [name, form.elements[name].dataset.secret ? value : value.trim()]),
  );
}

/**
 * A form that sends its fields to the server. It keeps its values when the server rejects them, and moves the focus
 * to the invalid field.
 * @param {(values: object) => {method?: string, path: string, body: object}} request the method defaults to POST
 * @param {(data: object) => void} onDone leaves the page or replaces the form, which stays busy
 * @param {(error: object) => boolean} [onError] returns true when it has handled the error
 */
export function Form({ request, onDone, onError, action, labels, children }) {
  const form = useRef(null);
  const alert = useRef(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);

  useEffect(() => {
    if (!problem) return undefined;
    const fields = [...form.current.querySelectorAll("input:not([readonly], [type=checkbox])")];
    const field = fields.find((input) => input.name === problem.field) ?? fields.at(-1) ?? alert.current;
    field.focus();
    field.select?.();
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-errormessage", "auth-error");
    return () => {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
    };
  }, [problem]);

  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const values = readValues(form.current);
    const empty = Object.keys(values).find((name) => !values[name]);
    if (empty) {
      setProblem({ field: empty, text: fill(labels.empty, { field: form.current.elements[empty].dataset.label }) });
      return;
    }
    setBusy(true);
    setProblem(null);
    const { method = "POST", path, body } = request(values);
    const { data, error } = await sendRequest(method, path, body);
    if (!error) {
      onDone(data);
      return;
    }
    setBusy(false);
    if (!onError?.(error)) setProblem({ field: error.details.field, text: describeError(error, labels) });
  };

  return (
    <form className="auth-form" ref={form} onSubmit={submit} noValidate aria-busy={busy} data-testid="auth-form">
      <fieldset disabled={busy} role="none">
        {children}
      </fieldset>
      <p className={problem ? "auth-error" : "sr"} id="auth-error" role="alert" tabIndex={-1} ref={alert}>
        {problem?.text}
      </p>
      <button type="submit" className="btn pri wide" disabled={busy} data-testid="auth-submit">
        {busy ? labels.sending : action}
      </button>
    </form>
  );
}

/** A label above a field and a hint below it. */
function LabelledField({ id, label, hint, children }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Returns the attributes that fields of all kinds share. */
const inputProps = ({ id, name, label, hint }) => ({
  id,
  className: "input",
  name,
  "data-label": label,
  "data-testid": `field-${name}`,
  "aria-describedby": hint ? `${id}-hint` : undefined,
});

export function Field({ label, name, hint, ...rest }) {
  const id = useId();
  return (
    <LabelledField {...{ id, label, hint }}>
      <input {...inputProps({ id, name, label, hint })} {...rest} />
    </LabelledField>
  );
}

/** A checkbox, which is sent only when it is checked. */
export function Checkbox({ label, name }) {
  const id = useId();
  return (
    <label className="check" htmlFor={id}>
      <input id={id} type="checkbox" name={name} data-testid={`field-${name}`} />
      <span>{label}</span>
    </label>
  );
}

export function EmailField({ labels, ...rest }) {
  return (
    <Field
      label={labels.email}
      name="email"
      type="email"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      {...rest}
    />
  );
}

/** A password field that can show its value; with `isNew`, password managers suggest a new password. */
export function PasswordField({ label, name = "password", isNew, hint, labels, ...rest }) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <LabelledField {...{ id, label, hint }}>
      <div className="with-toggle">
        <input
          {...inputProps({ id, name, label, hint })}
          type={shown ? "text" : "password"}
          autoComplete={isNew ? "new-password" : "current-password"}
          autoCapitalize="none"
          spellCheck={false}
          data-secret
          {...rest}
        />
        <button
          type="button"
          className="toggle"
          aria-label={shown ? labels.hide_password : labels.show_password}
          aria-controls={id}
          onClick={() => setShown(!shown)}
          data-testid={`show-${name}`}
        >
          {shown ? labels.hide : labels.show}
        </button>
      </div>
    </LabelledField>
  );
}
