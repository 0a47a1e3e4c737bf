/** Which messages belong together. */

/** Two messages of one person closer than this are shown under one name, in ms. */
const MAX_PAUSE = 5 * 60_000;

/** Whether a message continues the one above it: the same person wrote both within a few minutes. */
export function isConsecutive(group, above) {
  if (!above || group.role !== "user" || above.role !== "user") return false;
  if ((group.author?.id ?? "") !== (above.author?.id ?? "")) return false;
  const pause = Date.parse(group.at) - Date.parse(above.at);
  return pause >= 0 && pause < MAX_PAUSE;
}
