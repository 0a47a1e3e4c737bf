/** The rate at which streamed text is revealed: even, and faster when a backlog builds up. */

/** Bounds of the time over which a backlog is revealed, in ms: one frame, and three flushes of a 30/s stream. */
const MIN_INTERVAL = 16;
const MAX_INTERVAL = 100;
/** Time between two reveals, in ms: three frames of a 60 Hz screen. Each reveal costs a layout and a paint. */
const MIN_PAUSE = 45;
/** Pause after a reveal per millisecond that it took: reveals use at most a third of the main thread. */
const PAUSE_PER_COST = 2;

/**
 * Creates a pacer. It spreads the backlog over the time between two arrivals, so that the added lag is about one flush
 * interval.
 */
export function createPace() {
  let interval = MIN_INTERVAL;
  let arrivedAt = null;
  let revealedAt = -Infinity;
  let rate = 0;
  let cost = 0;
  const pause = () => Math.max(MIN_PAUSE, cost * PAUSE_PER_COST);
  return {
    /** Reports that text arrived; `backlog` characters are not shown yet. */
    arrived(backlog, now) {
      if (arrivedAt !== null)
        interval += (Math.min(Math.max(now - arrivedAt, MIN_INTERVAL), MAX_INTERVAL) - interval) / 4;
      arrivedAt = now;
      rate = backlog / interval;
    },
    /** Reports how long the last reveal took to render, in ms. */
    rendered(milliseconds) {
      cost = milliseconds;
    },
    /** Returns the milliseconds until the next reveal. */
    wait: (now) => pause() - (now - revealedAt),
    /** Returns the number of characters of the backlog to reveal now; 0 when it is too early. */
    take(backlog, now) {
      // A long pause must not make the next text appear all at once.
      const elapsed = Math.min(now - revealedAt, pause() + MIN_INTERVAL);
      if (elapsed < pause()) return 0;
      revealedAt = now;
      return Math.min(backlog, Math.max(1, Math.ceil(rate * elapsed)));
    },
  };
}

/** Returns the length, plus 1 when it would split a surrogate pair of the text. */
export function wholeCharacter(text, length) {
  const unit = text.charCodeAt(length - 1);
  return unit >= 0xd800 && unit <= 0xdbff && length < text.length ? length + 1 : length;
}
