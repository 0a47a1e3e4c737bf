/** The frame of the pages that come before the app, and what they show while they ask and when they can't. */
import { useEffect, useState } from "react";
import { words } from "../lib/error-text.js";

/**
 * Asks for what a page needs before it can show its form.
 * @param {() => Promise<{data?: object, error?: object}>} load
 * @returns {[{data?: object, error?: object}|null, () => void]} what came, null while it is awaited; and to ask again
 */
export function useAnswer(load) {
  const [answer, setAnswer] = useState(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let wanted = true;
    setAnswer(null);
    load().then((came) => wanted && setAnswer(came));
    return () => {
      wanted = false;
    };
  }, [asked]);
  return [answer, () => setAsked((count) => count + 1)];
}

export function Page({ title, text, busy, labels, children }) {
  return (
    <main className="auth" aria-busy={Boolean(busy)} data-testid="auth-page">
      <div className="auth-column">
        <span className="glyph large" aria-hidden="true">
          {labels.brand_letter}
        </span>
        <h1>{title}</h1>
        {text && <p className="auth-text">{text}</p>}
        {children}
      </div>
    </main>
  );
}

/** Says why there is no form; `again` asks once more. */
export function Trouble({ error, again, labels }) {
  return (
    <>
      <p className="auth-error" role="alert" data-testid="auth-trouble">
        {words(error, labels)}
      </p>
      <button type="button" className="btn wide" onClick={again}>
        {labels.again}
      </button>
    </>
  );
}
