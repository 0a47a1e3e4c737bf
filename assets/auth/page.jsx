/** The layout of the pages for people who are not signed in. */
import { describeError } from "../lib/error-text.js";

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

/** Shows why the page could not be loaded, with a button that loads it again. */
export function LoadError({ error, onRetry, labels }) {
  return (
    <>
      <p className="auth-error" role="alert" data-testid="auth-trouble">
        {describeError(error, labels)}
      </p>
      <button type="button" className="btn wide" onClick={onRetry}>
        {labels.again}
      </button>
    </>
  );
}
