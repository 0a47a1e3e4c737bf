/** Tool calls: a card, or several folded into "Worked · N steps"; their input and output are loaded on demand. */
import { memo } from "react";
import { useFold, useTopic, useTranscript } from "./context.js";
import { formatDuration } from "./format.js";
import { PlainText } from "./plain-text.jsx";
import { plural } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";
import { visible } from "../lib/visible-text.js";

function Detail({ step }) {
  const { store, labels } = useTranscript();
  const detail = useTopic(store, `detail:${step.key}`, () => store.detail(step.key));
  if (!detail) return <p className="detail">{labels.loading}</p>;
  return (
    <div className="detail" data-testid="step-detail">
      <span>{labels.input}</span>
      <pre tabIndex={0}>
        <PlainText text={detail.input} />
      </pre>
      <span>{detail.error ? labels.failure : labels.output}</span>
      <pre tabIndex={0} className={detail.error ? "bad" : undefined}>
        <PlainText text={detail.output} />
      </pre>
    </div>
  );
}

const Step = memo(function Step({ step, group }) {
  const { store, labels, fire } = useTranscript();
  const [open, toggle] = useFold(step.key);
  const onClick = () => {
    if (!open && !store.detail(step.key)) fire("onStepOpen", group, step.key);
    toggle();
  };
  return (
    <>
      <button type="button" className="step" aria-expanded={open} onClick={onClick} data-testid="step">
        <span className={step.is_error ? "bad" : undefined}>
          <Icon name={step.is_error ? "cross" : step.icon} />
        </span>
        <span className={step.live ? "shimmer" : step.is_error ? "bad" : undefined}>{step.title}</span>
        {step.subject && <code>{visible(step.subject)}</code>}
        <span className="ms">
          {step.is_error ? labels.failed : step.seconds !== null && formatDuration(step.seconds, labels)}
        </span>
      </button>
      {open && <Detail step={step} />}
    </>
  );
});

export const StepsRow = memo(function StepsRow({ row, group }) {
  const { labels } = useTranscript();
  const [open, toggle] = useFold(row.key);
  const running = row.steps.filter((step) => step.live).slice(-1);
  const failed = row.steps.filter((step) => step.is_error).length;
  const allFailed = failed === row.steps.length;
  if (row.steps.length === 1) {
    return (
      <div className="steps" data-testid="steps">
        <Step step={row.steps[0]} group={group} />
      </div>
    );
  }
  return (
    <div className="steps" data-testid="steps">
      <button type="button" className="summary" aria-expanded={open} onClick={toggle}>
        <span className={row.live ? undefined : allFailed ? "bad" : "ok"}>
          <Icon name={row.live ? "tool" : allFailed ? "cross" : "check"} />
        </span>
        <b className={row.live ? "shimmer" : undefined}>
          {plural(row.live ? labels.working : labels.worked, row.steps.length)}
        </b>
        {failed > 0 && <span className="ms">{plural(labels.steps_failed, failed)}</span>}
        <span className="grow" />
        {!row.live && row.seconds !== null && <span className="ms">{formatDuration(row.seconds, labels)}</span>}
      </button>
      {(open ? row.steps : running).map((step) => (
        <Step key={step.key} step={step} group={group} />
      ))}
    </div>
  );
});
