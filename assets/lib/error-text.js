/** What went wrong, in words. */
import { UNREACHABLE } from "./rest.js";
import { plural } from "../transcript/format.js";

/** Returns in words why nobody was signed in who came back from a provider, or undefined when nothing says so. */
export function problemOf(search, labels) {
  const problem = new URLSearchParams(search).get("problem");
  if (!problem) return undefined;
  return Object.hasOwn(labels.problems, problem) ? labels.problems[problem] : labels.problems.other;
}

/** Returns in words why a request failed. */
export function words(error, labels) {
  if (error.code === UNREACHABLE) return labels.unreachable;
  const message = error.message || labels.failed;
  const wait = Math.ceil(error.details.retry_after ?? 0);
  return wait > 0 ? `${message} ${plural(labels.try_again, wait)}` : message;
}
