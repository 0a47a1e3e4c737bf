/** The row below a finished answer: copy it, copy a link to it, its time and model. */
import { memo } from "react";
import { useTranscript } from "./context.js";
import { CopyButton } from "./copy-button.jsx";
import { formatFullDate, formatTime } from "../lib/format.js";

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

export const ActionsRow = memo(function ActionsRow({ row, group }) {
  const { store, labels } = useTranscript();
  const { session } = store.list();
  return (
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
  );
});
