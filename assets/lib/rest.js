/** Asks the server over REST, for pages that have to work without the event connection. */

/** The error of a request that no answer came to. */
export const UNREACHABLE = "unreachable";
/** The error of a page whose login has ended. */
export const SIGNED_OUT = 401;

/**
 * Sends a request and returns {data} or {error: {status, code, message, details}}; it never throws.
 * @param {"GET"|"POST"|"PUT"} method
 * @param {string} path
 * @param {object} [body] sent as JSON
 */
export async function ask(method, path, body) {
  const headers = { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) };
  let answer;
  try {
    answer = await fetch(path, { method, headers, cache: "no-store", body: body && JSON.stringify(body) });
  } catch {
    return { error: { status: 0, code: UNREACHABLE, message: "", details: {} } };
  }
  const data = await answer.json().catch(() => null);
  if (answer.ok) return { data };
  return { error: { code: "", message: "", details: {}, ...data?.error, status: answer.status } };
}
