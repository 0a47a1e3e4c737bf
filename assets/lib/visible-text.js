/** Text of others made harmless to show: what reorders text is written out, and marks do not pile up. */

/** Unicode controls that reorder text; they could make a text look different from what it contains. */
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;
/** Controls that are written out in one text. No ordinary text has a tenth of it; the layout of 10,000 takes 0.1 s. */
export const MAX_EXPOSED = 1_000;
const REPLACEMENT = "\uFFFD";

/**
 * Combining marks on one letter beyond the eighth. No orthography uses more than six; one letter with 100,000 marks
 * takes a browser 90 s.
 */
const EXCESS_MARKS = /(\p{M}{8})\p{M}+/gu;

/** Returns the text with at most eight combining marks in a row. */
export const capMarks = (text) => text.replace(EXCESS_MARKS, "$1");

/** Returns the text with its bidirectional controls written out as "[U+202E]", the first thousand of them. */
export function exposeBidiControls(text) {
  let count = 0;
  return text.replace(BIDI_CONTROLS, (control) => {
    count += 1;
    return count > MAX_EXPOSED ? REPLACEMENT : `[U+${control.codePointAt(0).toString(16).toUpperCase()}]`;
  });
}

/** Returns the text as it is shown. */
export const visible = (text) => exposeBidiControls(capMarks(text));

/** Returns the text as a field for editing takes it: unchanged, except for marks and controls that would freeze it. */
export function editable(text) {
  let count = 0;
  return capMarks(text).replace(BIDI_CONTROLS, (control) => ((count += 1) > MAX_EXPOSED ? "" : control));
}
