/** Offers to revoke the person's tokens after their password was changed, which tokens survive. */
import { useEffect, useRef, useState } from "react";
import { describeError } from "../lib/error-text.js";
import { plural } from "../lib/format.js";
import { sendRequest } from "../lib/rest.js";
import { useRequest } from "../lib/use-request.js";

/** Shows nothing when the person has no tokens. */
export function RevokeTokens({ labels }) {
  const [me, reload] = useRequest(() => sendRequest("GET", "/v1/me"));
  const [revoked, setRevoked] = useState(null);
  const done = useRef(null);
  useEffect(() => {
    // The button that had the focus is gone.
    if (revoked !== null) done.current.focus();
  }, [revoked]);
  if (revoked !== null) {
    return (
      <p className="set-text" tabIndex={-1} ref={done} data-testid="tokens-revoked">
        {plural(labels.tokens_revoked, revoked)}
      </p>
    );
  }
  if (me?.error) {
    return (
      <div className="acts" role="alert">
        <p className="auth-error">{describeError(me.error, labels)}</p>
        <button type="button" className="btn" onClick={reload}>
          {labels.again}
        </button>
      </div>
    );
  }
  return (
    <>
      <p className="set-text" role="status" data-testid="tokens-kept">
        {me?.data.tokens > 0 && plural(labels.tokens_kept, me.data.tokens)}
      </p>
      {me?.data.tokens > 0 && <RevokeButton onRevoked={setRevoked} labels={labels} />}
    </>
  );
}

function RevokeButton({ onRevoked, labels }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const revoke = async () => {
    setBusy(true);
    const { data, error } = await sendRequest("POST", "/v1/tokens/revoke-all", {});
    if (!error) {
      onRevoked(data.revoked);
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
        <button type="button" className="btn" disabled={busy} onClick={revoke} data-testid="revoke-all-tokens">
          {labels.revoke_all_tokens}
        </button>
      </div>
    </>
  );
}
