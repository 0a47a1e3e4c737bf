/** Requests to the REST API, for what has to work without the event connection. */

/** The error code of a request that got no answer. */
export const UNREACHABLE = "unreachable";
/** The status of an answer to a browser that is not signed in. */
export const UNAUTHORIZED = 401;

/**
 * Sends a request and returns {data} or {error: {status, code, message, details}}; it never throws.
 * @param {"GET"|"POST"|"PUT"} method
 * @param {string} path
 * @param {object} [body] sent as JSON
 */
export async function sendRequest(method, path, body) {
  const headers = { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) };
  let response;
  try {
    response = await fetch(path, { method, headers, cache: "no-store", body: body && JSON.stringify(body) });
  } catch {
    return { error: { status: 0, code: UNREACHABLE, message: "", details: {} } };
  }
  const data = await response.json().catch(() => null);
  if (response.ok) return { data };
  return { error: { code: "", message: "", details: {}, ...data?.error, status: response.status } };
}
