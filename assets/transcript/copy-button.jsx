/** A button that copies a text and confirms it, visibly and for screen readers. */
import { useEffect, useState } from "react";
import { useTranscript } from "./context.js";
import { copyText } from "../lib/clipboard.js";
import { Icon } from "../lib/icon.jsx";

/** How long the confirmation stays, in ms. */
const CONFIRMED_FOR = 1600;

/** @param {() => string} text called when the button is pressed */
export function CopyButton({ text, label, icon = "copy", className, withText = false, testId = "copy" }) {
  const { labels, announce } = useTranscript();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), CONFIRMED_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  const onClick = async () => {
    await copyText(text());
    setCopied(true);
    announce(labels.copied);
  };
  return (
    <button type="button" className={className} aria-label={label} title={label} onClick={onClick} data-testid={testId}>
      {withText ? copied ? labels.copied : labels.copy : <Icon name={copied ? "check" : icon} />}
    </button>
  );
}
