/**
 * Limits how often a function is called.
 * @param {number} interval milliseconds between two calls with the same key
 * @returns {{call: (key: string) => void, reset: () => void}} `call` calls the function unless it was called with the
 *   same key within the interval; after `reset` it calls it at once
 */
export function throttleByKey(interval, callback, now = () => performance.now()) {
  let last = null;
  return {
    call(key) {
      const at = now();
      if (last?.key === key && at - last.at < interval) return;
      last = { key, at };
      callback(key);
    },
    reset() {
      last = null;
    },
  };
}
