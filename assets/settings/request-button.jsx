/** A button that sends a request, and shows why it failed. */
import { useState } from "react";
import { describeError } from "../lib/error-text.js";

/**
 * @param {() => Promise<{data?: object, error?: object}>} send sends the request
 * @param {(data: object) => void} onDone called with the answer
 */
export function RequestButton({ send, onDone, label, labels, testId }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const press = async () => {
    setBusy(true);
    const { data, error } = await send();
    if (!error) {
      onDone(data);
      return;
    }
    setBusy(false);
    setProblem(describeError(error, labels));
  };
  return (
    <>
      <p className={problem ? "auth-error" : "sr"} role="alert">
        {problem}
      </p>
      <div className="acts">
        <button type="button" className="btn" disabled={busy} onClick={press} data-testid={testId}>
          {label}
        </button>
      </div>
    </>
  );
}
