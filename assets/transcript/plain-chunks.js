/** Divides plain text into chunks that a browser lays out one by one, each only when it comes into view. */

/** Characters and lines of a chunk, about two screens. The layout of one line costs more than in proportion. */
export const CHUNK_LENGTH = 4_000;
export const CHUNK_LINES = 100;

/** Characters of a line that is not wrapped, as an estimate of the height of a chunk that was not laid out yet. */
const LINE_LENGTH = 70;

const isLowSurrogate = (code) => code >= 0xdc00 && code <= 0xdfff;

/** Returns where the chunk that begins at `start` ends, or -1 while it may still grow. */
function endOf(text, start) {
  let [end, lines] = [-1, 0];
  for (let at = text.indexOf("\n", start); at !== -1 && at < start + CHUNK_LENGTH; at = text.indexOf("\n", at + 1)) {
    end = at + 1;
    lines += 1;
    if (lines === CHUNK_LINES) return end;
  }
  if (text.length <= start + CHUNK_LENGTH) return -1;
  if (end !== -1) return end;
  const cut = start + CHUNK_LENGTH;
  return isLowSurrogate(text.charCodeAt(cut)) ? cut - 1 : cut;
}

/**
 * Returns the chunks of a text. A text that continues another one keeps its complete chunks.
 * @param {{text: string, ends: number[]}} known of the text before; it is updated
 */
export function chunksOf(text, known = { text: "", ends: [] }) {
  if (!text.startsWith(known.text)) known.ends = [];
  known.text = text;
  for (let end = endOf(text, known.ends.at(-1) ?? 0); end !== -1; end = endOf(text, end)) known.ends.push(end);
  const starts = [0, ...known.ends];
  return starts
    .map((start, index) => text.slice(start, starts[index + 1] ?? text.length))
    .filter((chunk, index) => chunk !== "" || index === 0);
}

/** Returns the number of lines that a chunk probably has on the screen. */
export function estimateLines(chunk) {
  let lines = 0;
  for (const line of chunk.split("\n")) lines += Math.max(1, Math.ceil(line.length / LINE_LENGTH));
  return lines;
}
