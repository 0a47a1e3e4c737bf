/** Whether the page can reach the server, as the event connection and the browser report it. */
import { useContext, useEffect, useState, useSyncExternalStore } from "react";
import { EventLoopContext } from "$/utils/context-registry";
import { watchLogin } from "./login-watch.js";
import { sendRequest } from "./rest.js";

/** Milliseconds that a loss must last before the page shows it; most interruptions are shorter. */
const LOSS_DELAY = 600;

function subscribeOnline(listener) {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/**
 * Returns {lost, epoch}. `epoch` is a new object after each (re)connect, because the event loop then replaces its
 * list of errors.
 */
function useConnection() {
  const [, errors] = useContext(EventLoopContext);
  const online = useSyncExternalStore(
    subscribeOnline,
    () => navigator.onLine,
    () => true,
  );
  return { lost: !online || errors.length > 0, epoch: errors };
}

/**
 * Calls `onConnect` for each connection of a mounted component, including the first; the function that it returns is
 * called when that connection is lost.
 * @param {boolean} hydrated whether the page has received its state; nothing is sent before
 */
export function useEachConnection(hydrated, onConnect) {
  const { lost, epoch } = useConnection();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (hydrated) setReady(true);
  }, [hydrated]);
  useEffect(() => (ready && !lost ? onConnect() : undefined), [ready, lost, epoch]);
}

/** Returns true once `value` has been true for `delay` milliseconds, and false as soon as it is false. */
function useSustained(value, delay) {
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

/** Whether the connection has been lost for long enough to show it. */
export const useLost = () => useSustained(useConnection().lost, LOSS_DELAY);

/** Whether the connection is lost because the login has ended. */
export function useSignedOut() {
  const lost = useLost();
  const [signedOut, setSignedOut] = useState(false);
  useEffect(() => {
    if (!lost) return undefined;
    const fetchStatus = async () => (await sendRequest("GET", "/v1/me")).error?.status ?? 200;
    const stop = watchLogin({ fetchStatus, onSignedOut: () => setSignedOut(true) });
    return () => {
      stop();
      setSignedOut(false);
    };
  }, [lost]);
  return signedOut;
}

/**
 * Returns an agent's presence and its label. Without a connection the presence is "unreachable".
 * @returns {[string, string]}
 */
export function usePresence(presence, labels) {
  const current = useLost() ? "unreachable" : presence;
  const text = {
    online: labels.online,
    thinking: labels.thinking,
    blocked: labels.blocked,
    offline: labels.offline,
    unreachable: labels.unreachable,
  };
  return [current, text[current]];
}
