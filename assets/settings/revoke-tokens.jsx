/** Offers to revoke the person's tokens after their password was changed, which tokens survive. */
import { useEffect, useRef, useState } from "react";
import { RequestButton } from "./request-button.jsx";
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
      {me?.data.tokens > 0 && (
        <RequestButton
          send={() => sendRequest("POST", "/v1/tokens/revoke-all", {})}
          onDone={(data) => setRevoked(data.revoked)}
          label={labels.revoke_all_tokens}
          labels={labels}
          testId="revoke-all-tokens"
        />
      )}
    </>
  );
}
