/** A secret that is shown this once: it can be copied, and then be put away. */
import { useEffect, useRef, useState } from "react";

/** @param {boolean} isLink whether the value is a path of this site, to be handed on as a whole address */
export function Secret({ value, isLink, onDone, labels }) {
  const field = useRef(null);
  const [copied, setCopied] = useState(false);
  const whole = isLink ? new URL(value, location.href).href : value;
  useEffect(() => {
    setCopied(false);
    field.current.focus();
    field.current.select();
  }, [whole]);
  const copy = async () => {
    field.current.select();
    // The Clipboard API needs a secure page; over plain http there is the older way only.
    if (navigator.clipboard) await navigator.clipboard.writeText(whole);
    else document.execCommand("copy");
    setCopied(true);
  };
  return (
    <div className="set-secret" data-testid="secret">
      <label htmlFor="secret-value">{isLink ? labels.link_once : labels.token_once}</label>
      <div className="set-line">
        <input id="secret-value" className="input mono" ref={field} readOnly value={whole} data-testid="secret-value" />
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
