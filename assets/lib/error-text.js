/** Describes failed requests. */
import { UNREACHABLE } from "./rest.js";
import { plural } from "./format.js";

/** Returns the sentence that says why a request failed, and when to try again. */
export function describeError(error, labels) {
  if (error.code === UNREACHABLE) return labels.unreachable;
  const message = error.message || labels.failed;
  const wait = Math.ceil(error.details.retry_after ?? 0);
  return wait > 0 ? `${message} ${plural(labels.try_again, wait)}` : message;
}
