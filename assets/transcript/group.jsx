/** One message: its rows in order, below a heading for screen readers. */
import { memo } from "react";
import { ActionsRow, Time } from "./actions-row.jsx";
import { ErrorRow, NoticeRow, PeopleRow, ProgressRow, WaitingRow } from "./card-rows.jsx";
import { useTopic, useTranscript } from "./context.js";
import { beginsDay, formatDay } from "./format.js";
import { isConsecutive } from "./consecutive.js";
import { StepsRow } from "./step-rows.jsx";
import { ReasoningRow, TextRow, UserRow } from "./text-rows.jsx";
import { PersonAvatar } from "../lib/avatar.jsx";
import { fill, formatFullDate, formatTime } from "../lib/format.js";

const ROWS = {
  user: UserRow,
  reasoning: ReasoningRow,
  steps: StepsRow,
  text: TextRow,
  error: ErrorRow,
  notice: NoticeRow,
  people: PeopleRow,
  waiting: WaitingRow,
  actions: ActionsRow,
};

function DaySeparator({ at, before }) {
  const { labels } = useTranscript();
  if (!beginsDay(at, before)) return null;
  return (
    <div className="day" title={formatFullDate(at)} data-testid="day">
      {formatDay(at, labels)}
    </div>
  );
}

/** @param {string|null} before the id of the message above */
export const Group = memo(function Group({ id, before }) {
  const { store, labels } = useTranscript();
  const group = useTopic(store, `group:${id}`, () => store.group(id));
  if (!group) return null;
  if (group.role === "notice") {
    return (
      <>
        <DaySeparator at={group.at} before={before && store.group(before)?.at} />
        {group.rows.map((row) => (
          <PeopleRow key={row.key} row={row} />
        ))}
      </>
    );
  }
  const { author } = group;
  const isUser = group.role === "user";
  const above = before ? store.group(before) : null;
  const name = author ? author.name || labels.somebody : labels.you;
  const heading = isUser ? labels.heading_user : labels.heading_agent;
  const consecutive = isConsecutive(group, above);
  const rows = group.progress ? group.rows.filter((row) => row.kind !== "waiting") : group.rows;
  return (
    <>
      <DaySeparator at={group.at} before={above && above.at} />
      <article
        className={`msg ${author ? "theirs person" : isUser ? "mine" : "theirs"}${consecutive ? " on" : ""}`}
        data-testid="message"
        data-message={id}
        data-role={group.role}
      >
        <h2 className="sr">{fill(heading, { author: name, time: formatTime(group.at) })}</h2>
        {author && !consecutive && (
          <div className="who" data-testid="author">
            <PersonAvatar {...author} name={name} className="av tiny" />
            <b dir="auto">{name}</b>
            <Time at={group.at} />
          </div>
        )}
        {rows.map((row) => {
          const Row = ROWS[row.kind];
          return <Row key={row.key} row={row} group={id} />;
        })}
        {group.progress && <ProgressRow row={group.progress} />}
      </article>
    </>
  );
});

/** A message of the outbox that has no row yet; without a connection it is marked as waiting. */
export const PendingMessage = memo(function PendingMessage({ message, before }) {
  const { store, labels } = useTranscript();
  const waiting = message.state === "waiting";
  return (
    <>
      <DaySeparator at={message.at} before={before && store.group(before)?.at} />
      <article className={waiting ? "msg mine waits" : "msg mine"} data-testid="pending-send">
        <h2 className="sr">{fill(labels.heading_user, { author: labels.you, time: formatTime(message.at) })}</h2>
        <UserRow row={message} />
        {waiting && <div className="who">{labels.waiting_to_send}</div>}
      </article>
    </>
  );
});
