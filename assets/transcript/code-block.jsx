/** A block of code with its language, a copy button and colours; a finished mermaid block becomes a diagram. */
import { lazy, memo, Suspense } from "react";
import { useIsCodeFenceIncomplete } from "streamdown";
import { CopyButton } from "./copy-button.jsx";
import { useFold, useTranscript } from "./context.js";
import { isLargeDiagram } from "./diagram-bounds.js";
import { useHighlight } from "./highlight.js";

const Diagram = lazy(() => import("./diagram.jsx"));

/** Lines that are rendered together and laid out when they come into view. */
const GROUP = 100;
/** Lines of code up to which they are one group: most blocks, whose lines the list measures at once. */
const UNGROUPED = 200;
/** Characters of the language that are shown; the longest name of a grammar has 22. */
const MAX_LANGUAGE = 40;

const Line = memo(function Line({ text, tokens }) {
  return (
    <span>
      {tokens
        ? tokens.map(([content, color], index) => (
            <span key={index} style={{ color }}>
              {content}
            </span>
          ))
        : text}
      {"\n"}
    </span>
  );
});

const isSame = (one, other) => one.length === other.length && one.every((each, index) => each === other[index]);

/** Some lines; without colours they are one text. */
const Lines = memo(
  function Lines({ lines, highlighted, grouped }) {
    const content =
      highlighted.length === 0
        ? `${lines.join("\n")}\n`
        : lines.map((line, index) => <Line key={index} text={line} tokens={highlighted[index]} />);
    if (!grouped) return content;
    return (
      <span className="chunk" style={{ "--lines": lines.length }}>
        {content}
      </span>
    );
  },
  (before, after) =>
    before.grouped === after.grouped &&
    isSame(before.lines, after.lines) &&
    isSame(before.highlighted, after.highlighted),
);

function Code({ code, language, growing, note = null }) {
  const { labels } = useTranscript();
  const highlighted = useHighlight(code, language, growing);
  const lines = code.split("\n");
  const grouped = lines.length > UNGROUPED;
  const size = grouped ? GROUP : lines.length;
  const groups = Array.from({ length: Math.ceil(lines.length / size) }, (_, index) => index * size);
  return (
    <figure className="code" dir="ltr" data-testid="code-block">
      <figcaption>
        <span>{language.slice(0, MAX_LANGUAGE) || labels.code}</span>
        <CopyButton className="copy-code" text={() => code} label={labels.copy_code} withText />
      </figcaption>
      {note}
      <pre tabIndex={0}>
        <code>
          {groups.map((from) => (
            <Lines
              key={from}
              lines={lines.slice(from, from + size)}
              highlighted={highlighted.slice(from, from + size)}
              grouped={grouped}
            />
          ))}
        </code>
      </pre>
    </figure>
  );
}

/** A finished diagram; a large one is code until a person asks for it. */
function MermaidBlock({ code }) {
  const { labels } = useTranscript();
  // The choice outlives the block's element; equal diagrams share it.
  const [asked, ask] = useFold(`diagram:${code}`);
  const large = isLargeDiagram(code);
  const note = large && !asked && (
    <div className="plain-note" role="note" data-testid="large-diagram">
      <p>{labels.large_diagram}</p>
      <button type="button" className="btn" onClick={ask} data-testid="draw-anyway">
        {labels.draw_anyway}
      </button>
    </div>
  );
  const plain = <Code code={code} language="mermaid" growing={false} note={note} />;
  if (note) return plain;
  return (
    <Suspense fallback={plain}>
      <Diagram source={code} fallback={plain} />
    </Suspense>
  );
}

/** Removes the line breaks at the end; a regular expression would try each run of them in the middle too. */
function withoutLastBreaks(text) {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}

export function CodeBlock({ className = "", children }) {
  const growing = useIsCodeFenceIncomplete();
  const code = withoutLastBreaks(String(children ?? ""));
  const language = /language-(\S+)/.exec(className)?.[1] ?? "";
  if (language === "mermaid" && !growing) return <MermaidBlock code={code} />;
  return <Code code={code} language={language} growing={growing} />;
}
