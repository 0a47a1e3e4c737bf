/** Divides Markdown into what is parsed together: blocks for drawing, and sections of a text beyond the bounds. */
import { linesOf, splitFences, withoutBreak } from "./fences.js";
import { MarkdownMeter } from "./markdown-bounds.js";

/** By how much a section may exceed the bounds when a person asked for it; it then takes about a second. */
const ASKED_FACTOR = 4;

/**
 * Returns a function that divides a growing text into blocks. Fenced code is a block of its own; what did not change
 * since the last call is not divided again.
 * @param {(text: string) => string[]} parse divides a text without such code
 */
export function createBlockSplitter(parse) {
  let known = [];
  return (source) => {
    known = splitFences(source).map(({ text, code }, index) =>
      known[index]?.text === text ? known[index] : { text, blocks: code ? [text] : parse(text) },
    );
    return known.flatMap(({ blocks }) => blocks);
  };
}

/** Yields the stretches of a text that end with a blank line, as lists of lines. */
function* runsOf(text) {
  let lines = [];
  for (const line of linesOf(text)) {
    lines.push(line);
    if (line.trim() !== "") continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

/** Yields the sections of a text without fenced code: as many stretches as are within the bounds together. */
function* sectionsOf(text) {
  let [section, meter] = [[], new MarkdownMeter()];
  for (const run of runsOf(text)) {
    const exceeds = run.reduce((exceeded, line) => meter.add(withoutBreak(line)) || exceeded, false);
    if (exceeds && section.length > 0) {
      yield section.join("");
      [section, meter] = [[], new MarkdownMeter()];
      run.forEach((line) => meter.add(withoutBreak(line)));
    }
    section.push(...run);
  }
  yield section.join("");
}

/**
 * Returns the sections of a text, each within the bounds where blank lines and fenced code permit it.
 * @returns {{text: string, plain: boolean}[]} `plain` for one that is so far beyond them that it stays plain text
 */
export function splitSections(source) {
  return splitFences(source)
    .flatMap(({ text, code }) => (code ? [text] : [...sectionsOf(text)]))
    .filter((text) => text !== "")
    .map((text) => ({ text, plain: new MarkdownMeter(ASKED_FACTOR).exceeds(text) }));
}
