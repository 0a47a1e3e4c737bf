/** Converts the TeX delimiters that models write into those that the Markdown parser supports. */

/** Code, which is not converted: fenced blocks (closed or still open) and code spans. */
const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;

/** Returns the text with `\[…\]` and `\(…\)` replaced by `$$…$$`. */
export function toDollarMath(text) {
  if (!text.includes("\\[") && !text.includes("\\(")) return text;
  return text
    .split(CODE)
    .map((part, index) =>
      index % 2
        ? part
        : part
            .replace(/(?<!\\)\\\[([\s\S]*?)\\\]/g, (_, tex) => `\n$$\n${tex.trim()}\n$$\n`)
            .replace(/(?<!\\)\\\(([\s\S]*?)\\\)/g, (_, tex) => `$$${tex.trim()}$$`),
    )
    .join("");
}

export const hasMath = (text) => text.includes("$$");
