// One message: its rows in order, under a heading that only screen readers and outlines see.
import { memo } from "react";
import { ActionsRow, Time } from "./actions-row.jsx";
import { ErrorRow, NoticeRow, ProgressRow, WaitingRow } from "./card-rows.jsx";
import { useTopic, useTranscript } from "./context.js";
import { beginsDay, clock, day, fill, fullDate } from "./format.js";
import { Avatar } from "../lib/avatar.jsx";
import { followsOn } from "../lib/people.js";
import { StepsRow } from "./step-rows.jsx";
import { ReasoningRow, TextRow, UserRow } from "./text-rows.jsx";

const ROWS = {
  user: UserRow,
  reasoning: ReasoningRow,
  steps: StepsRow,
  text: TextRow,
  error: ErrorRow,
  notice: NoticeRow,
  waiting: WaitingRow,
  actions: ActionsRow,
};

function DaySeparator({ at, before }) {
  const { labels } = useTranscript();
  if (!beginsDay(at, before)) return null;
  return (
    <div className="day" title={fullDate(at)} data-testid="day">
      {day(at, labels)}
    </div>
  );
}

/** `before` is the id of the message above, or null. */
export const Group = memo(function Group({ id, before }) {
  const { store, labels } = useTranscript();
  const group = useTopic(store, `group:${id}`, () => store.group(id));
  if (!group) return null;
  const { author } = group;
  const asked = group.role === "user";
  const above = before ? store.group(before) : null;
  const name = author ? author.name || labels.somebody : labels.you;
  const heading = asked ? labels.heading_user : labels.heading_agent;
  const on = followsOn(group, above);
  const rows = group.progress ? group.rows.filter((row) => row.kind !== "waiting") : group.rows;
  return (
    <>
      <DaySeparator at={group.at} before={above && above.at} />
      <article
        className={`msg ${author ? "theirs person" : asked ? "mine" : "theirs"}${on ? " on" : ""}`}
        data-testid="message"
        data-message={id}
        data-role={group.role}
      >
        <h2 className="sr">{fill(heading, { author: name, time: clock(group.at) })}</h2>
        {author && !on && (
          <div className="who" data-testid="author">
            <Avatar {...author} name={name} className="av tiny" />
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

/** A send that has no row yet; it says that it waits only when there is no connection. */
export const PendingSend = memo(function PendingSend({ send, before }) {
  const { store, labels } = useTranscript();
  const waits = send.state === "waiting";
  return (
    <>
      <DaySeparator at={send.at} before={before && store.group(before)?.at} />
      <article className={waits ? "msg mine waits" : "msg mine"} data-testid="pending-send">
        <h2 className="sr">{fill(labels.heading_user, { author: labels.you, time: clock(send.at) })}</h2>
        <UserRow row={send} />
        {waits && <div className="who">{labels.waiting_to_send}</div>}
      </article>
    </>
  );
});
