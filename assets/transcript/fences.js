/**
 * Fenced code at the start of a line. Text is divided at such fences before it is parsed: each is parsed alone, so what
 * counts as code here is code for the parser too, whatever surrounds it.
 */

/** Returns the fence {marker, length} that a line opens, or null. */
export function openedFence(line) {
  const marker = line[0];
  if (marker !== "`" && marker !== "~") return null;
  let length = 1;
  while (line[length] === marker) length += 1;
  return length >= 3 && !(marker === "`" && line.includes("`", length)) ? { marker, length } : null;
}

/** Whether a line closes a fence. */
export function closesFence(line, { marker, length }) {
  let at = 0;
  while (at < 3 && line[at] === " ") at += 1;
  const start = at;
  while (line[at] === marker) at += 1;
  if (at - start < length) return false;
  while (line[at] === " " || line[at] === "\t") at += 1;
  return at === line.length;
}

/** Whether a line may define a link or a footnote, which all of the text can refer to. */
export function mayDefine(line) {
  let at = 0;
  while (at < 3 && line[at] === " ") at += 1;
  return line[at] === "[" && line.includes("]:", at);
}

/**
 * Returns the lines of a text, each with its line break.
 * @param {string} text with "\n" as the only line break
 */
export function* linesOf(text) {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    const next = end === -1 ? text.length : end + 1;
    yield text.slice(at, next);
    at = next;
  }
}

/** Returns a line without its line break. */
export const withoutBreak = (line) => (line.endsWith("\n") ? line.slice(0, -1) : line);

/**
 * Divides a text into pieces, each a whole fenced block or what is between two. A text with definitions stays whole.
 * @returns {{text: string, code: boolean}[]}
 */
export function splitFences(text) {
  const pieces = [];
  let fence = null;
  let [start, at] = [0, 0];
  const cut = (code) => {
    if (at > start) pieces.push({ text: text.slice(start, at), code });
    start = at;
  };
  for (const whole of linesOf(text)) {
    const line = withoutBreak(whole);
    if (fence) {
      at += whole.length;
      if (!closesFence(line, fence)) continue;
      cut(true);
      fence = null;
    } else {
      if (mayDefine(line)) return [{ text, code: false }];
      fence = openedFence(line);
      if (fence) cut(false);
      at += whole.length;
    }
  }
  cut(fence !== null);
  return pieces;
}
