/** The session list in the browser: items by patches from the server, newest first. It outlives the component. */

const EMPTY = { items: [], more: false, loaded: false };

const withTime = (item) => ({ ...item, time: Date.parse(item.at) });
const newestFirst = (a, b) => b.time - a.time || (a.id < b.id ? 1 : -1);

/** Returns the list after a patch: reset, append, upsert or remove. An unknown patch changes nothing. */
export function applyPatch(state, patch) {
  switch (patch?.op) {
    case "reset":
      return { items: patch.items.map(withTime).sort(newestFirst), more: patch.more, loaded: true };
    case "append": {
      const arrived = new Set(patch.items.map((item) => item.id));
      const kept = state.items.filter((item) => !arrived.has(item.id));
      return { ...state, items: [...kept, ...patch.items.map(withTime)].sort(newestFirst), more: patch.more };
    }
    case "upsert": {
      const others = state.items.filter((item) => item.id !== patch.item.id);
      return { ...state, items: [...others, withTime(patch.item)].sort(newestFirst) };
    }
    case "remove":
      return { ...state, items: state.items.filter((item) => item.id !== patch.id) };
    default:
      return state;
  }
}

let state = EMPTY;
const listeners = new Set();

/** The one session list of this page. */
export const sessions = {
  apply(patch) {
    state = applyPatch(state, patch);
    for (const listener of listeners) listener();
  },
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  snapshot: () => state,
  serverSnapshot: () => EMPTY,
};
