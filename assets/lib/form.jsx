/** What the forms of these pages have in common: fields, the way to the server, and what it says against them. */
import { useEffect, useId, useRef, useState } from "react";
import { ask } from "./rest.js";
import { words } from "./error-text.js";
import { fill } from "../transcript/format.js";

/** What the form's fields hold, by name; spaces around anything but a password are dropped. */
function valuesOf(form) {
  const given = [...new FormData(form).entries()];
  return Object.fromEntries(
    given.map(([name, value]) => [name, form.elements[name].dataset.secret ? value : value.trim()]),
  );
}

/**
 * A form that sends its fields to the server. What is typed stays in it whatever the answer is, and the focus goes to
 * what is wrong.
 * @param {(values: object) => {method?: string, path: string, body: object}} request posted when it names no method
 * @param {(data: object) => void} onDone the page is left by it, so the form stays busy
 * @param {(error: object) => boolean} [onError] returns true where it deals with the error itself
 */
export function Form({ request, onDone, onError, action, labels, children }) {
  const form = useRef(null);
  const alert = useRef(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(null);

  useEffect(() => {
    if (!wrong) return undefined;
    const fields = [...form.current.querySelectorAll("input:not([readonly])")];
    const field = fields.find((each) => each.name === wrong.field) ?? fields.at(-1) ?? alert.current;
    field.focus();
    field.select?.();
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-errormessage", "auth-error");
    return () => {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
    };
  }, [wrong]);

  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const values = valuesOf(form.current);
    const empty = Object.keys(values).find((name) => !values[name]);
    if (empty) {
      setWrong({ field: empty, text: fill(labels.empty, { field: form.current.elements[empty].dataset.label }) });
      return;
    }
    setBusy(true);
    setWrong(null);
    const { method = "POST", path, body } = request(values);
    const { data, error } = await ask(method, path, body);
    if (!error) {
      onDone(data);
      return;
    }
    setBusy(false);
    if (!onError?.(error)) setWrong({ field: error.details.field, text: words(error, labels) });
  };

  return (
    <form className="auth-form" ref={form} onSubmit={submit} noValidate aria-busy={busy} data-testid="auth-form">
      <fieldset disabled={busy} role="none">
        {children}
      </fieldset>
      <p className={wrong ? "auth-error" : "sr"} id="auth-error" role="alert" tabIndex={-1} ref={alert}>
        {wrong?.text}
      </p>
      <button type="submit" className="btn pri wide" disabled={busy} data-testid="auth-submit">
        {busy ? labels.sending : action}
      </button>
    </form>
  );
}

/** A field with its label above it, and a hint below. */
export function Field({ label, name, hint, ...input }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        name={name}
        data-label={label}
        data-testid={`field-${name}`}
        aria-describedby={hint ? `${id}-hint` : undefined}
        {...input}
      />
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
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

/** A password that can be shown; `isNew` says which one a password manager has to offer. */
export function PasswordField({ label, name = "password", isNew, hint, labels, ...rest }) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="with-toggle">
        <input
          id={id}
          className="input"
          name={name}
          type={shown ? "text" : "password"}
          autoComplete={isNew ? "new-password" : "current-password"}
          autoCapitalize="none"
          spellCheck={false}
          data-secret
          data-label={label}
          data-testid={`field-${name}`}
          aria-describedby={hint ? `${id}-hint` : undefined}
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
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
