/** Rows of text: a person's message, the agent's answer, and its reasoning. */
import { memo, useEffect, useState } from "react";
import { useFold, useTopic, useTranscript } from "./context.js";
import { Markdown } from "./markdown.jsx";
import { PlainText } from "./plain-text.jsx";
import { useReveal } from "./reveal.js";
import { fill, plural } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";

export const UserRow = memo(function UserRow({ row }) {
  return (
    <div className="bub" dir="auto" data-testid="user-text">
      <PlainText text={row.text} />
    </div>
  );
});

export const TextRow = memo(function TextRow({ row }) {
  const { store } = useTranscript();
  const text = useReveal(store, row.key, row.live);
  if (text === "") return null;
  return (
    <div className="bub" data-testid="answer-text" aria-busy={row.live}>
      <Markdown id={row.key} text={text} live={row.live} />
    </div>
  );
});

/** Returns the whole seconds since a time, counted up while `live`. */
function useElapsed(from, live) {
  const elapsed = () => Math.max(0, Math.floor((Date.now() - Date.parse(from)) / 1000));
  const [seconds, setSeconds] = useState(live ? elapsed : 0);
  useEffect(() => {
    if (!live) return undefined;
    setSeconds(elapsed());
    const timer = setInterval(() => setSeconds(elapsed()), 1000);
    return () => clearInterval(timer);
  }, [from, live]);
  return live ? seconds : 0;
}

function ReasoningText({ textKey }) {
  const { store } = useTranscript();
  const text = useTopic(store, `text:${textKey}`, () => store.text(textKey));
  return <Markdown id={textKey} text={text} live={false} />;
}

export const ReasoningRow = memo(function ReasoningRow({ row }) {
  const { labels } = useTranscript();
  const [toggled, toggle] = useFold(row.key);
  const open = toggled !== row.unfolded;
  const elapsed = useElapsed(row.started_at, row.live);
  const earlier = Math.round(row.seconds);
  const title = row.live
    ? fill(labels.thinking, { seconds: earlier + elapsed })
    : plural(labels.thought, Math.max(1, earlier));
  return (
    <div data-testid="reasoning">
      <button type="button" className="fold" aria-expanded={open} onClick={toggle}>
        <Icon name={open ? "down" : "chevron"} />
        <span className={row.live ? "shimmer" : undefined}>{title}</span>
      </button>
      {open && (
        <div className="thought">
          {row.texts.map(({ key }) => (
            <ReasoningText key={key} textKey={key} />
          ))}
        </div>
      )}
    </div>
  );
});
