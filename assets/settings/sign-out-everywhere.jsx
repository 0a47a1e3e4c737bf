/** Ends all logins of the person. It uses REST, because the answer removes the login cookie. */
import { useState } from "react";
import { describeError } from "../lib/error-text.js";
import { sendRequest, UNAUTHORIZED } from "../lib/rest.js";

export function SignOutEverywhere({ labels }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const signOut = async () => {
    setBusy(true);
    const { error } = await sendRequest("POST", "/v1/auth/sign-out", { everywhere: true });
    if (!error || error.status === UNAUTHORIZED) {
      location.assign("/sign-in");
      return;
    }
    setBusy(false);
    setProblem(describeError(error, labels));
  };
  return (
    <>
      <p className={problem ? "auth-error" : "sr"} role="alert">
        {problem}
      </p>
      <div className="acts">
        <button type="button" className="btn" disabled={busy} onClick={signOut} data-testid="sign-out-everywhere">
          {labels.sign_out_everywhere}
        </button>
      </div>
    </>
  );
}
