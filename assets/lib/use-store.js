/** Reads a store in a component. */
import { useSyncExternalStore } from "react";

/** Returns the store's value and renders the component again when it changes. */
export const useStore = (store) => useSyncExternalStore(store.subscribe, store.snapshot, store.initial);
