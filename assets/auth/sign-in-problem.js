/** Why an identity provider sent a person back without signing them in. */

/** Returns the sentence for the query's `problem`, or undefined without one. */
export function describeProblem(search, labels) {
  const problem = new URLSearchParams(search).get("problem");
  if (!problem) return undefined;
  return Object.hasOwn(labels.problems, problem) ? labels.problems[problem] : labels.problems.other;
}
