/** What a person does with their password and their logins; it goes over REST, since a new login needs a new cookie. */
import { useState } from "react";
import { Form, PasswordField } from "../auth/form.jsx";
import { useAnswer } from "../auth/page.jsx";
import { ask, SIGNED_OUT } from "../auth/rest.js";
import { words } from "../auth/words.js";
import { fill } from "../transcript/format.js";

/** Where people sign in elsewhere there is no password to change. */
export function PasswordForm({ email, minPasswordLength, labels }) {
  const [answer] = useAnswer(() => ask("GET", "/v1/auth"));
  const [done, setDone] = useState(0);
  if (answer?.data?.mode !== "password") return null;
  return (
    <section className="set-card" aria-labelledby="set-password">
      <h2 id="set-password">{labels.password}</h2>
      <p className="set-text">{labels.password_text}</p>
      <Form
        key={done}
        request={({ old, password }) => ({ path: "/v1/me/password", body: { old, new: password } })}
        onDone={() => setDone(done + 1)}
        action={labels.change_password}
        labels={labels}
      >
        {/* Tells a password manager whose password it is. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <PasswordField label={labels.old_password} name="old" labels={labels} />
        <PasswordField
          label={labels.new_password}
          isNew
          hint={fill(labels.password_hint, { min: minPasswordLength })}
          labels={labels}
        />
      </Form>
      <p className="set-text" role="status" data-testid="password-changed">
        {done > 0 && labels.password_changed}
      </p>
    </section>
  );
}

export function SignOutEverywhere({ labels }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const signOut = async () => {
    setBusy(true);
    const answer = await ask("POST", "/v1/auth/sign-out", { everywhere: true });
    if (!answer.error || answer.error.status === SIGNED_OUT) {
      location.assign("/sign-in");
      return;
    }
    setBusy(false);
    setError(words(answer.error, labels));
  };
  return (
    <>
      <p className={error ? "auth-error" : "sr"} role="alert">
        {error}
      </p>
      <div className="acts">
        <button type="button" className="btn" disabled={busy} onClick={signOut} data-testid="sign-out-everywhere">
          {labels.sign_out_everywhere}
        </button>
      </div>
    </>
  );
}
