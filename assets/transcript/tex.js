// TeX in Markdown: how models write it, and how Markdown knows it.

/** Code stays as it is: fenced blocks (closed or still open) and code spans. */
const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;

/** `text` with TeX's own brackets, which models like to write, as the dollars that Markdown knows. */
export function dollarMath(text) {
  if (!text.includes("\\[") && !text.includes("\\(")) return text;
  return text
    .split(CODE)
    .map((piece, index) =>
      index % 2
        ? piece
        : piece
            .replace(/(?<!\\)\\\[([\s\S]*?)\\\]/g, (_, tex) => `\n$$\n${tex.trim()}\n$$\n`)
            .replace(/(?<!\\)\\\(([\s\S]*?)\\\)/g, (_, tex) => `$$${tex.trim()}$$`),
    )
    .join("");
}

export const hasMath = (text) => text.includes("$$");
