/** Detects whether a connection is lost because the login has ended. */
import { UNAUTHORIZED } from "./rest.js";

/** Milliseconds before each check; the last pause repeats. */
export const PAUSES = [0, 2_000, 5_000, 10_000, 30_000];

/**
 * Checks the login until the server answers that nobody is signed in. Other failures are ignored.
 * @param {() => Promise<number>} fetchStatus the HTTP status of the answer, 0 for no answer
 * @param {() => void} onSignedOut
 * @returns {() => void} stops checking
 */
export function watchLogin({ fetchStatus, onSignedOut }) {
  let timer;
  let stopped = false;
  const schedule = (count) => {
    timer = setTimeout(
      async () => {
        const status = await fetchStatus();
        if (stopped) return;
        if (status === UNAUTHORIZED) onSignedOut();
        else schedule(count + 1);
      },
      PAUSES[Math.min(count, PAUSES.length - 1)],
    );
  };
  schedule(0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
