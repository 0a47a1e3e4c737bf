/** A secret that is shown once: it can be copied and dismissed. */
import { useEffect, useRef, useState } from "react";
import { copyText } from "../lib/clipboard.js";

/** @param {boolean} isLink whether the value is a path of this site, which is shown as a whole address */
export function Secret({ value, isLink, onDone, labels }) {
  const field = useRef(null);
  const [copied, setCopied] = useState(false);
  const text = isLink ? new URL(value, location.href).href : value;
  useEffect(() => {
    setCopied(false);
    field.current.focus();
    field.current.select();
  }, [text]);
  const copy = async () => {
    await copyText(text);
    field.current.select();
    setCopied(true);
  };
  return (
    <div className="set-secret" data-testid="secret">
      <label htmlFor="secret-value">{isLink ? labels.link_once : labels.token_once}</label>
      <div className="set-line">
        <input id="secret-value" className="input mono" ref={field} readOnly value={text} data-testid="secret-value" />
        <button type="button" className="btn pri" onClick={copy} data-testid="secret-copy">
          {copied ? labels.copied : labels.copy_value}
        </button>
        <button type="button" className="btn" onClick={() => onDone()} data-testid="secret-done">
          {labels.done}
        </button>
      </div>
      <p className="sr" role="status">
        {copied && labels.copied}
      </p>
    </div>
  );
}
