/** Changes the password. It uses REST, because the answer sets a new login cookie. */
import { useState } from "react";
import { Form, PasswordField } from "../lib/form.jsx";
import { fill } from "../lib/format.js";
import { sendRequest } from "../lib/rest.js";
import { useRequest } from "../lib/use-request.js";
import { RevokeTokens } from "./revoke-tokens.jsx";

/** Shows nothing where people do not sign in with a password. */
export function PasswordForm({ email, minPasswordLength, labels }) {
  const [result] = useRequest(() => sendRequest("GET", "/v1/auth"));
  const [changes, setChanges] = useState(0);
  if (result?.data?.mode !== "password") return null;
  return (
    <section className="set-card" aria-labelledby="set-password">
      <h2 id="set-password">{labels.password}</h2>
      <p className="set-text">{labels.password_text}</p>
      <Form
        key={changes}
        request={({ old, password }) => ({ path: "/v1/me/password", body: { old, new: password } })}
        onDone={() => setChanges(changes + 1)}
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
        {changes > 0 && labels.password_changed}
      </p>
      {changes > 0 && <RevokeTokens key={changes} labels={labels} />}
    </section>
  );
}
