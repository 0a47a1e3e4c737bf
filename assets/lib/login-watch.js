/** Finds out whether a lost connection is lost because the login has ended. */

/** Milliseconds between two questions: at once, then ever more seldom; the last one goes on. */
export const PAUSES = [0, 2_000, 5_000, 10_000, 30_000];

/**
 * Asks who is signed in until the answer is that nobody is. What else goes wrong is the connection's own trouble.
 * @param {() => Promise<number>} askStatus the status of an answer, 0 for none
 * @param {() => void} onSignedOut
 * @returns {() => void} stops asking
 */
export function watchLogin({ askStatus, onSignedOut }) {
  let timer;
  let stopped = false;
  const again = (count) => {
    timer = setTimeout(async () => {
      const status = await askStatus();
      if (stopped) return;
      if (status === 401) onSignedOut();
      else again(count + 1);
    }, PAUSES[Math.min(count, PAUSES.length - 1)]);
  };
  again(0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
