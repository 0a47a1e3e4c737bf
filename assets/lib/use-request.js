/** Loads what a component needs before it can be shown. */
import { useEffect, useState } from "react";

/**
 * Calls `load` when the component is mounted and again on demand.
 * @param {() => Promise<{data?: object, error?: object}>} load
 * @returns {[{data?: object, error?: object}|null, () => void]} the result, null while it loads; and a function that
 *   loads again
 */
export function useRequest(load) {
  const [result, setResult] = useState(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    setResult(null);
    load().then((loaded) => current && setResult(loaded));
    return () => {
      current = false;
    };
  }, [attempt]);
  return [result, () => setAttempt((count) => count + 1)];
}
