/** Rows about the state of a turn: waiting, delayed, resumed, a model's download, an error with what can be done. */
import { memo, useEffect, useRef, useState } from "react";
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useFold, useTranscript } from "./context.js";
import { errorTitle } from "./format.js";
import { PlainText } from "./plain-text.jsx";
import { fill, formatTime, plural } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";

export const WaitingRow = memo(function WaitingRow({ row }) {
  const { labels } = useTranscript();
  return (
    <div className="waiting" data-testid="waiting">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className={row.queued ? undefined : "sr"}>{row.queued ? labels.queued : labels.waiting}</span>
    </div>
  );
});

/** Returns the whole seconds until a time, counted down to 0. */
function useCountdown(at) {
  const remaining = () => Math.max(0, Math.ceil((Date.parse(at) - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(remaining);
  useEffect(() => {
    setSeconds(remaining());
    const timer = setInterval(() => setSeconds(remaining()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return seconds;
}

function Countdown({ row }) {
  const { labels } = useTranscript();
  return <p>{plural(labels.trying_again, useCountdown(row.until))}</p>;
}

export const NoticeRow = memo(function NoticeRow({ row }) {
  const { labels } = useTranscript();
  return (
    <div className="card" data-testid={`notice-${row.name}`}>
      <h3>{labels.notices[row.name].title}</h3>
      {row.at && <p>{fill(labels.notices[row.name].text, { time: formatTime(row.at) })}</p>}
      {row.text && (
        <p dir="auto">
          <PlainText text={row.text} />
        </p>
      )}
      {row.until && <Countdown row={row} />}
    </div>
  );
});

/** A line between messages that says who was added or removed by whom. */
export const PeopleRow = memo(function PeopleRow({ row }) {
  const { labels } = useTranscript();
  return (
    <p className="people-notice" dir="auto" data-testid="people-notice">
      {fill(labels.people[row.change], row)}
    </p>
  );
});

/** Retries a turn with another model: a button for the only other one, or a menu of several. */
function OtherModel({ turn, model }) {
  const { labels, models, fire } = useTranscript();
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const others = models.filter((other) => other.model !== model);
  if (others.length === 0) return null;
  const choose = (other) => fire("onOtherModel", turn, other.model);
  const props = { type: "button", className: "btn", "data-testid": "other-model" };
  if (others.length === 1) {
    return (
      <button {...props} title={others[0].label} onClick={() => choose(others[0])}>
        {labels.other_model}
      </button>
    );
  }
  return (
    <Menu.Root modal={false} open={open} onOpenChange={setOpen}>
      <Menu.Trigger {...props} className="btn with-icon" ref={button}>
        {labels.other_model}
        <Icon name="down" />
      </Menu.Trigger>
      <Menu.Portal container={button.current?.closest("main")}>
        <Menu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          {others.map((other) => (
            <Menu.Item key={other.model} className="menu-item" onSelect={() => choose(other)}>
              <span className="two-lines">
                {other.label}
                <small>{other.agent}</small>
              </span>
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

export const ErrorRow = memo(function ErrorRow({ row }) {
  const { labels, fire } = useTranscript();
  const [open, toggle] = useFold(row.key);
  const title = errorTitle(labels, row);
  return (
    <div className="card err" role="group" aria-label={title} data-testid="error">
      <h3>{title}</h3>
      <p dir="auto">
        <PlainText text={row.text || labels.errors.text} />
      </p>
      {open && (
        <pre className="details" tabIndex={0}>
          <PlainText text={JSON.stringify({ code: row.code, ...row.details }, null, 2)} />
        </pre>
      )}
      <div className="acts">
        {row.turn_id && (
          <>
            <button type="button" className="btn pri" onClick={() => fire("onRetry", row.turn_id)} data-testid="retry">
              {labels.retry}
            </button>
            <OtherModel turn={row.turn_id} model={row.model} />
          </>
        )}
        <button type="button" className="btn ghost" aria-expanded={open} onClick={toggle}>
          {labels.details}
        </button>
      </div>
    </div>
  );
});

/** Converts bytes to whole megabytes (10^6 bytes). */
const megabytes = (bytes) => Math.round(bytes / 1e6);

export const ProgressRow = memo(function ProgressRow({ row }) {
  const { labels } = useTranscript();
  const template = labels.progress[row.state] ?? labels.progress.downloading;
  const share = row.total ? Math.min(1, row.received / row.total) : 0;
  const sizes = { received: megabytes(row.received), total: megabytes(row.total ?? 0) };
  return (
    <div className="card" data-testid="progress">
      <h3>{fill(labels.progress.title, { name: row.name })}</h3>
      <div
        className="bar"
        role="progressbar"
        aria-label={row.name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <p>
        {fill(template, sizes)}
        {row.eta !== null && row.eta !== undefined && ` · ${plural(labels.progress.eta, Math.ceil(row.eta))}`}
        {`. ${labels.progress.promise}`}
      </p>
      {row.text && (
        <p dir="auto">
          <PlainText text={row.text} />
        </p>
      )}
    </div>
  );
});
