/** Says that the connection is lost and what waits for it. */
import { useSyncExternalStore } from "react";
import { useLost } from "./connection.js";
import { outbox } from "./outbox-store.js";
import { plural } from "../transcript/format.js";

const NOTHING = [];

export function ConnectionBanner({ labels }) {
  const lost = useLost();
  const entries = useSyncExternalStore(outbox.subscribe, outbox.snapshot, () => NOTHING);
  const count = entries.filter((entry) => entry.state !== "sent").length;
  const waiting = count ? plural(labels.waiting, count) : "";
  return (
    <div className="banner-slot" role="status" data-testid="connection">
      {lost && (
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
