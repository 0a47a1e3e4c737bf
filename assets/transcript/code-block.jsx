/** A block of code with its language, a copy button and colours; a finished mermaid block becomes a diagram. */
import { lazy, memo, Suspense } from "react";
import { useIsCodeFenceIncomplete } from "streamdown";
import { CopyButton } from "./copy-button.jsx";
import { useTranscript } from "./context.js";
import { useHighlight } from "./highlight.js";

const Diagram = lazy(() => import("./diagram.jsx"));

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

function Code({ code, language, growing }) {
  const { labels } = useTranscript();
  const highlighted = useHighlight(code, language, growing);
  return (
    <figure className="code" dir="ltr" data-testid="code-block">
      <figcaption>
        <span>{language || labels.code}</span>
        <CopyButton className="copy-code" text={() => code} label={labels.copy_code} withText />
      </figcaption>
      <pre tabIndex={0}>
        <code>
          {code.split("\n").map((line, index) => (
            <Line key={index} text={line} tokens={highlighted[index]} />
          ))}
        </code>
      </pre>
    </figure>
  );
}

export function CodeBlock({ className = "", children }) {
  const growing = useIsCodeFenceIncomplete();
  const code = String(children ?? "").replace(/\n+$/, "");
  const language = /language-(\S+)/.exec(className)?.[1] ?? "";
  const plain = <Code code={code} language={language} growing={growing} />;
  if (language !== "mermaid" || growing) return plain;
  return (
    <Suspense fallback={plain}>
      <Diagram source={code} fallback={plain} />
    </Suspense>
  );
}
