/** The row below a finished answer: copy it, copy a link to it, its time and model, and why it may be incomplete. */
import { memo } from "react";
import { useTopic, useTranscript } from "./context.js";
import { CopyButton } from "./copy-button.jsx";
import { formatFullDate, formatTime } from "../lib/format.js";
import { outbox } from "../lib/outbox.js";

/** Returns the page's address with this session and message. */
function linkTo(session, message) {
  const address = new URL(location.href);
  address.searchParams.set("session", session);
  address.searchParams.set("message", message);
  return address.href;
}

export function Time({ at }) {
  return (
    <time dateTime={at} title={formatFullDate(at)}>
      {formatTime(at)}
    </time>
  );
}

/** Says why an answer may be incomplete, and offers to continue the last one. */
function Incomplete({ reason, group }) {
  const { store, labels } = useTranscript();
  const isLast = useTopic(store, "list", () => store.isLast(group));
  const { session } = store.list();
  const proceed = () => outbox.add({ session_id: session, agent_key: "", chat: "", text: labels.continue_message });
  return (
    <div className="card" data-testid="incomplete">
      <p>{labels.incomplete[reason]}</p>
      {isLast && (
        <div className="acts">
          <button type="button" className="btn pri" onClick={proceed} data-testid="continue">
            {labels.continue}
          </button>
        </div>
      )}
    </div>
  );
}

export const ActionsRow = memo(function ActionsRow({ row, group }) {
  const { store, labels } = useTranscript();
  const { session } = store.list();
  return (
    <>
      {row.end_reason && <Incomplete reason={row.end_reason} group={group} />}
      <div className="under" data-testid="actions">
        <CopyButton className="icon" text={() => store.markdown(group)} label={labels.copy_answer} />
        <CopyButton
          className="icon"
          icon="link"
          text={() => linkTo(session, group)}
          label={labels.copy_link}
          testId="copy-link"
        />
        <Time at={row.at} />
        {row.model && <span className="model">{row.model}</span>}
        {row.stopped && <span data-testid="stopped">{labels.stopped}</span>}
      </div>
    </>
  );
});
