/** Whether the page can reach the server, told by the event loop's own socket and by the browser. */
import { useContext, useEffect, useState, useSyncExternalStore } from "react";
import { EventLoopContext } from "$/utils/context-registry";
import { watchLogin } from "./login-watch.js";
import { ask } from "./rest.js";

function subscribeOnline(listener) {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/**
 * Returns {lost, epoch}. `epoch` is another object after every (re)connect: the event loop replaces its list of
 * errors then, and the list is empty.
 */
export function useConnection() {
  const [, errors] = useContext(EventLoopContext);
  const online = useSyncExternalStore(
    subscribeOnline,
    () => navigator.onLine,
    () => true,
  );
  return { lost: !online || errors.length > 0, epoch: errors };
}

/**
 * Calls the function once for each connection that a mounted component has, its first one included; what it returns
 * is called when that connection is lost.
 * @param {boolean} hydrated whether the page has its state from the server; nothing goes out before
 */
export function useEachConnection(hydrated, call) {
  const { lost, epoch } = useConnection();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (hydrated) setReady(true);
  }, [hydrated]);
  useEffect(() => (ready && !lost ? call() : undefined), [ready, lost, epoch]);
}

/** Milliseconds that a loss must last before it is told; a blip heals sooner. */
const PATIENCE = 600;

/** Whether there has been no connection for long enough to say so. */
export const useLost = () => useSustained(useConnection().lost, PATIENCE);

/** Whether there is no connection because the login has ended. */
export function useSignedOut() {
  const lost = useLost();
  const [signedOut, setSignedOut] = useState(false);
  useEffect(() => {
    if (!lost) return undefined;
    const askStatus = async () => (await ask("GET", "/v1/me")).error?.status ?? 200;
    const stop = watchLogin({ askStatus, onSignedOut: () => setSignedOut(true) });
    return () => {
      stop();
      setSignedOut(false);
    };
  }, [lost]);
  return signedOut;
}

/**
 * Returns the presence of an agent as one sees it from here, and its words: of one that can't be reached nothing is known.
 * @returns {[string, string]}
 */
export function usePresence(presence, labels) {
  const seen = useLost() ? "unreachable" : presence;
  const words = {
    online: labels.online,
    thinking: labels.thinking,
    blocked: labels.blocked,
    offline: labels.offline,
    unreachable: labels.unreachable,
  };
  return [seen, words[seen]];
}

/** Returns true once `value` has been true for `delay` milliseconds, and false as soon as it is not. */
export function useSustained(value, delay) {
  const [sustained, setSustained] = useState(false);
  useEffect(() => {
    if (!value) return undefined;
    const timer = setTimeout(() => setSustained(true), delay);
    return () => {
      clearTimeout(timer);
      setSustained(false);
    };
  }, [value, delay]);
  return sustained;
}
