/** The React context of the transcript, and the hooks that read its store. */
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";

/**
 * {store, labels, models, several, fire, announce}: `models` are what a turn can be retried with, `several` is true
 * when several people take part, `fire` sends an event to the server, `announce` passes a text to screen readers.
 */
export const TranscriptContext = createContext(null);

export const useTranscript = () => useContext(TranscriptContext);

/** Returns a value of the store, read again whenever the topic changes. */
export function useTopic(store, topic, read) {
  const subscribe = useCallback((listener) => store.subscribe(topic, listener), [store, topic]);
  return useSyncExternalStore(subscribe, read, read);
}

/** Returns whether a fold is open, and a function that toggles it. The state outlives the row's DOM element. */
export function useFold(key) {
  const { store } = useTranscript();
  return [useTopic(store, `open:${key}`, () => store.isOpen(key)), () => store.toggle(key)];
}
