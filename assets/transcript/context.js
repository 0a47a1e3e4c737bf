// What every row needs: the store, the words, and the ways to tell the server. And the hooks that read the store.
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";

/**
 * {store, labels, models, several, fire, say}: `models` are what a turn can be tried again with, `several` says that
 * people talk to each other here, `fire` sends an event to the server, `say` announces politely to screen readers.
 */
export const TranscriptContext = createContext(null);

export const useTranscript = () => useContext(TranscriptContext);

/** The value that `read` finds in the store, kept up to date by one topic. */
export function useTopic(store, topic, read) {
  const subscribe = useCallback((listener) => store.subscribe(topic, listener), [store, topic]);
  return useSyncExternalStore(subscribe, read, read);
}

/** Whether the fold with this key is open, and how to turn it. It outlives the row's stay in the DOM. */
export function useFold(key) {
  const { store } = useTranscript();
  return [useTopic(store, `open:${key}`, () => store.isOpen(key)), () => store.toggle(key)];
}
