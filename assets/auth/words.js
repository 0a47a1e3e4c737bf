/** What went wrong, in words. */
import { UNREACHABLE } from "./rest.js";
import { plural } from "../transcript/format.js";

/** Returns in words why a request failed. */
export function words(error, labels) {
  if (error.code === UNREACHABLE) return labels.unreachable;
  const message = error.message || labels.failed;
  const wait = Math.ceil(error.details.retry_after ?? 0);
  return wait > 0 ? `${message} ${plural(labels.try_again, wait)}` : message;
}
