// Rows of words: what a person wrote, what the agent answers, and what it thought before.
import { memo, useEffect, useState } from "react";
import { useFold, useTopic, useTranscript } from "./context.js";
import { fill, plural, visibleControls } from "./format.js";
import { Icon } from "./icons.jsx";
import { Markdown } from "./markdown.jsx";
import { useReveal } from "./reveal.js";

export const UserRow = memo(function UserRow({ row }) {
  return (
    <div className="bub" dir="auto" data-testid="user-text">
      {visibleControls(row.text)}
    </div>
  );
});

export const TextRow = memo(function TextRow({ row }) {
  const { store } = useTranscript();
  const text = useReveal(store, row.key, row.live);
  if (text === "") return null;
  return (
    <div className="bub" data-testid="answer-text" aria-busy={row.live}>
      <Markdown text={text} live={row.live} />
    </div>
  );
});

/** Whole seconds since `from`, counted while `live`. */
function useSeconds(from, live) {
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

function Thought({ texts }) {
  const { store } = useTranscript();
  return texts.map(({ key }) => <ThoughtText key={key} store={store} id={key} />);
}

function ThoughtText({ store, id }) {
  const text = useTopic(store, `text:${id}`, () => store.text(id));
  return <Markdown text={text} live={false} />;
}

export const ReasoningRow = memo(function ReasoningRow({ row }) {
  const { labels } = useTranscript();
  const [open, toggle] = useFold(row.key);
  const running = useSeconds(row.started_at, row.live);
  const before = Math.round(row.seconds);
  const title = row.live
    ? fill(labels.thinking, { seconds: before + running })
    : plural(labels.thought, Math.max(1, before));
  return (
    <div className="reasoning" data-testid="reasoning">
      <button type="button" className="fold" aria-expanded={open} onClick={toggle}>
        <Icon name={open ? "down" : "chevron"} />
        <span className={row.live ? "shimmer" : undefined}>{title}</span>
      </button>
      {open && (
        <div className="thought">
          <Thought texts={row.texts} />
        </div>
      )}
    </div>
  );
});
