/** A banner that shows that the connection is lost, with the number of unsent messages, or that the login has ended. */
import { signInAddress } from "../auth/return-address.js";
import { useLost, useSignedOut } from "../lib/connection.js";
import { plural } from "../lib/format.js";
import { outbox } from "../lib/outbox.js";
import { useStore } from "../lib/use-store.js";

export function ConnectionBanner({ labels }) {
  const lost = useLost();
  const signedOut = useSignedOut();
  const messages = useStore(outbox.messages);
  const unsent = messages.filter((message) => message.state !== "sent").length;
  return (
    <div className="banner-slot" role="status" data-testid="connection">
      {signedOut && <SignedOut labels={labels} />}
      {lost && !signedOut && (
        <div className="banner" data-testid="connection-banner">
          <span className="dot" />
          <span>
            {labels.reconnecting} {unsent > 0 ? plural(labels.waiting, unsent) : ""}
          </span>
        </div>
      )}
    </div>
  );
}

/** The page can be left for the sign-in page: drafts and unsent messages are in the browser's storage. */
function SignedOut({ labels }) {
  // The address bar can change without a render.
  const updateAddress = (event) => {
    event.currentTarget.href = signInAddress(location);
  };
  return (
    <div className="banner" data-testid="signed-out">
      <span className="dot" />
      <span className="grow">{labels.signed_out}</span>
      <a className="btn" href={signInAddress(location)} onClick={updateAddress} data-testid="sign-in-again">
        {labels.sign_in}
      </a>
    </div>
  );
}
