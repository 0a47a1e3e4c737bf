/** Converts the TeX delimiters that models write into those that the Markdown parser supports. */

/** Code, which is not converted: fenced blocks (closed or still open) and code spans. */
const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;

const KINDS = {
  "[": { close: "\\]", convert: (tex) => `\n$$\n${tex}\n$$\n` },
  "(": { close: "\\)", convert: (tex) => `$$${tex}$$` },
};

/** Converts the formulas of a text without code, in one pass: what never closes is searched for once. */
function convert(text) {
  const parts = [];
  const unclosed = new Set();
  let done = 0;
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", Math.max(at + 1, done))) {
    const kind = KINDS[text[at + 1]];
    if (!kind || text[at - 1] === "\\" || unclosed.has(kind)) continue;
    const end = text.indexOf(kind.close, at + 2);
    if (end === -1) unclosed.add(kind);
    else {
      parts.push(text.slice(done, at), kind.convert(text.slice(at + 2, end).trim()));
      done = end + 2;
    }
  }
  return parts.join("") + text.slice(done);
}

/** Returns the text with `\[…\]` and `\(…\)` replaced by `$$…$$`. */
export function toDollarMath(text) {
  if (!text.includes("\\[") && !text.includes("\\(")) return text;
  return text
    .split(CODE)
    .map((part, index) => (index % 2 ? part : convert(part)))
    .join("");
}

export const hasMath = (text) => text.includes("$$");
