// How fast arrived text is revealed: a calm, constant rate that speeds up when a backlog builds.

/** Bounds of the time over which a backlog is revealed, in ms: one frame, and three flushes of a 30/s stream. */
const SHORTEST = 16;
const LONGEST = 100;
/** Between two reveals, in ms: every third frame of a 60 Hz screen. Each costs a layout and a paint of the conversation. */
const STEP = 45;
/** A reveal may use at most a third of the main thread: the pause after one is twice what it cost. */
const REST = 2;

/**
 * Makes a pacer. The backlog is spread over the time between two arrivals, so that it is used up when the next
 * one comes: the added lag is about one flush interval.
 */
export function createPace() {
  let interval = SHORTEST;
  let arrivedAt = null;
  let revealedAt = -Infinity;
  let rate = 0;
  let cost = 0;
  const pause = () => Math.max(STEP, cost * REST);
  return {
    /** Text came: `backlog` characters are not shown yet. */
    arrived(backlog, now) {
      if (arrivedAt !== null) interval += (Math.min(Math.max(now - arrivedAt, SHORTEST), LONGEST) - interval) / 4;
      arrivedAt = now;
      rate = backlog / interval;
    },
    /** What the last reveal took to render, in ms. */
    took(milliseconds) {
      cost = milliseconds;
    },
    /** Milliseconds until text may be shown again. */
    wait: (now) => pause() - (now - revealedAt),
    /** Characters to show now out of the backlog; 0 means that it is too early. */
    take(backlog, now) {
      // What comes after a silence is not shown all at once for it.
      const elapsed = Math.min(now - revealedAt, pause() + SHORTEST);
      if (elapsed < pause()) return 0;
      revealedAt = now;
      return Math.min(backlog, Math.max(1, Math.ceil(rate * elapsed)));
    },
  };
}

/** `length` moved on by one when it would cut a surrogate pair of `text` in two. */
export function wholeCharacter(text, length) {
  const unit = text.charCodeAt(length - 1);
  return unit >= 0xd800 && unit <= 0xdbff && length < text.length ? length + 1 : length;
}
