/** Says that the connection is lost and what waits for it, or that the login has ended. */
import { useSyncExternalStore } from "react";
import { useLost, useSignedOut } from "../lib/connection.js";
import { outbox } from "../lib/outbox.js";
import { signInAddress } from "../auth/return-address.js";
import { plural } from "../transcript/format.js";

const NOTHING = [];

export function ConnectionBanner({ labels }) {
  const lost = useLost();
  const signedOut = useSignedOut();
  const entries = useSyncExternalStore(outbox.subscribe, outbox.snapshot, () => NOTHING);
  const count = entries.filter((entry) => entry.state !== "sent").length;
  const waiting = count ? plural(labels.waiting, count) : "";
  return (
    <div className="banner-slot" role="status" data-testid="connection">
      {signedOut && <SignedOut labels={labels} />}
      {lost && !signedOut && (
        <div className="banner" data-testid="connection-banner">
          <span className="dot" />
          <span>
            {labels.reconnecting} {waiting}
          </span>
        </div>
      )}
    </div>
  );
}

/** What was typed is in this browser's storage, so the page can be left for the sign-in page. */
function SignedOut({ labels }) {
  // The address bar may change without a word to React.
  const nameAddress = (event) => {
    event.currentTarget.href = signInAddress(location);
  };
  return (
    <div className="banner" data-testid="signed-out">
      <span className="dot" />
      <span className="grow">{labels.signed_out}</span>
      <a className="btn" href={signInAddress(location)} onClick={nameAddress} data-testid="sign-in-again">
        {labels.sign_in}
      </a>
    </div>
  );
}
