// Copies a text and says so, to the eye and to a screen reader.
import { useEffect, useState } from "react";
import { useTranscript } from "./context.js";
import { Icon } from "./icons.jsx";

/** How long the answer "copied" stays, in ms. */
const FEEDBACK = 1600;

/** The Clipboard API needs a secure page; a page served as plain http to another machine has the older way only. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return undefined;
}

/** @param {() => string} text read when the button is pressed; `icon` when it is not the copy icon */
export function CopyButton({ text, label, icon = "copy", className, withText = false, testId = "copy" }) {
  const { labels, say } = useTranscript();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), FEEDBACK);
    return () => clearTimeout(timer);
  }, [copied]);
  const press = async () => {
    await copy(text());
    setCopied(true);
    say(labels.copied);
  };
  return (
    <button type="button" className={className} aria-label={label} title={label} onClick={press} data-testid={testId}>
      {withText ? (copied ? labels.copied : labels.copy) : <Icon name={copied ? "check" : icon} />}
    </button>
  );
}
