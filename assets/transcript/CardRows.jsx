// Rows that say how a turn stands: waiting, delayed, resumed, a model on its way, an error with its next action.
import { memo, useEffect, useState } from "react";
import { useFold, useTranscript } from "./context.js";
import { clock, errorTitle, fill, plural, visibleControls } from "./format.js";

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

/** Whole seconds until `at`, counted down to 0. */
function useCountdown(at) {
  const left = () => Math.max(0, Math.ceil((Date.parse(at) - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 1000);
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
      {row.at && <p>{fill(labels.notices[row.name].text, { time: clock(row.at) })}</p>}
      {row.text && <p dir="auto">{visibleControls(row.text)}</p>}
      {row.until && <Countdown row={row} />}
    </div>
  );
});

export const ErrorRow = memo(function ErrorRow({ row }) {
  const { labels, fire } = useTranscript();
  const [open, toggle] = useFold(row.key);
  const title = errorTitle(labels, row);
  return (
    <div className="card err" role="group" aria-label={title} data-testid="error">
      <h3>{title}</h3>
      <p dir="auto">{visibleControls(row.text || labels.errors.text)}</p>
      {open && (
        <pre className="details" tabIndex={0}>
          {visibleControls(JSON.stringify({ code: row.code, ...row.details }, null, 2))}
        </pre>
      )}
      <div className="acts">
        {row.turn_id && (
          <>
            <button type="button" className="btn pri" onClick={() => fire("onRetry", row.turn_id)} data-testid="retry">
              {labels.retry}
            </button>
            <button type="button" className="btn" onClick={() => fire("onOtherModel", row.turn_id)} data-testid="other-model">
              {labels.other_model}
            </button>
          </>
        )}
        <button type="button" className="btn ghost" aria-expanded={open} onClick={toggle}>
          {labels.details}
        </button>
      </div>
    </div>
  );
});

/** Bytes as whole megabytes, as a download is counted. */
const megabytes = (bytes) => Math.round(bytes / 1e6);

export const ProgressRow = memo(function ProgressRow({ row }) {
  const { labels } = useTranscript();
  const words = labels.progress[row.state] ?? labels.progress.downloading;
  const share = row.total ? Math.min(1, row.received / row.total) : 0;
  const sizes = { received: megabytes(row.received), total: megabytes(row.total ?? 0) };
  return (
    <div className="card" data-testid="progress">
      <h3>{fill(labels.progress.title, { name: row.name })}</h3>
      <div className="bar" role="progressbar" aria-label={row.name} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <p>
        {fill(words, sizes)}
        {row.eta !== null && row.eta !== undefined && ` · ${plural(labels.progress.eta, Math.ceil(row.eta))}`}
        {`. ${labels.progress.promise}`}
      </p>
      {row.text && <p dir="auto">{visibleControls(row.text)}</p>}
    </div>
  );
});
