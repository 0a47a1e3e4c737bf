/** The session list in the browser, newest first, updated by patches from the server. It outlives the component. */
import { Store } from "../lib/store.js";

const EMPTY = { items: [], more: false, loaded: false };

const withTime = (item) => ({ ...item, time: Date.parse(item.at) });
const newestFirst = (a, b) => b.time - a.time || (a.id < b.id ? 1 : -1);

/** Returns the list after a patch: reset, append, upsert or remove. An unknown patch changes nothing. */
export function applyPatch(state, patch) {
  switch (patch?.op) {
    case "reset":
      return { items: patch.items.map(withTime).sort(newestFirst), more: patch.more, loaded: true };
    case "append": {
      const added = new Set(patch.items.map((item) => item.id));
      const kept = state.items.filter((item) => !added.has(item.id));
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

/** The session list of this page. */
export const sessions = new Store(EMPTY);

/** Applies a patch to the session list of this page. */
export const patchSessions = (patch) => sessions.set(applyPatch(sessions.snapshot(), patch));
