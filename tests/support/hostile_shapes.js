// Texts that are cheap to write and costly to draw, as hostile_shapes.py makes them, and long ordinary ones.
import { readFileSync } from "node:fs";

const SHAPES = JSON.parse(readFileSync(new URL("hostile_shapes.json", import.meta.url)));

/** Characters of a hostile message. */
export const LENGTH = 98_000;

export const shapeNames = SHAPES.map(({ name }) => name);

function grow(text, tail, share) {
  let grown = "";
  for (let step = text + tail; grown.length + step.length <= share; step = text + step) grown += step;
  return grown;
}

/** Returns the text of a pattern. */
export function hostileText(name, length = LENGTH) {
  const { parts } = SHAPES.find((shape) => shape.name === name);
  const repeated = parts.filter(([, mode]) => mode !== "once");
  const once = parts.filter(([, mode]) => mode === "once").reduce((sum, [text]) => sum + text.length, 0);
  const share = (length - once) / repeated.length;
  return parts
    .map(([text, mode, tail = " "]) => {
      if (mode === "once") return text;
      return mode === "fill" ? text.repeat(Math.max(1, Math.floor(share / text.length))) : grow(text, tail, share);
    })
    .join("");
}

const SENTENCE = "Rounding **up** in one place and *down* in another differs by `1`, see [the page](https://example.com).";
const range = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** Long answers as models write them. */
export const ORDINARY = {
  "20 kB of Markdown": range(32, (index) =>
    [
      `## Part ${index}`,
      `${SENTENCE} ${SENTENCE}`,
      "- **one**: an item\n- another with `code`\n  - below it\n  - and *again*",
      "1. Run it:\n\n   ```sh\n   make test\n   ```\n2. Look.",
      "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
      "```python\nnow = datetime.now(UTC)\n```",
    ].join("\n\n"),
  ).join("\n\n"),
  "128,000 characters of prose": range(320, () => range(4, () => SENTENCE).join(" ").slice(0, 398)).join("\n\n"),
  "3,000 lines of code": `Here it is:\n\n\`\`\`python\n${range(3_000, (n) => `    self._value[${n}] = a * b`).join("\n")}\n\`\`\`\n`,
  "a log of 1,500 lines": `\`\`\`\n${range(1_500, (n) => `[INFO] <worker_${n}> took *${n}* ms`).join("\n")}\n\`\`\`\n`,
  "a table of 200 rows": `| a | b | c | d |\n|---|---|---|---|\n${range(200, (n) => `| ${n} | \`x\` | **y** | z |`).join("\n")}`,
  "a list of 250 items": range(250, (n) => `- **Item ${n}**: something about \`it\``).join("\n"),
  "a lecture with 240 formulas": range(60, (n) =>
    [
      `### Lemma ${n}`,
      `Let $$x_${n} \\in \\mathbb{R}^n$$ be given, and \\(y = f(x_${n})\\). Then $$y > 0$$ holds:`,
      "$$\n\\int_0^1 f(x)\\,dx = \\sum_{k=1}^n a_k\n$$",
      "The rest follows as before, with the same argument for each of the terms of the sum.",
    ].join("\n\n"),
  ).join("\n\n"),
  "twenty footnotes": `${range(20, (n) => `A claim[^${n}].`).join("\n\n")}\n\n${range(20, (n) => `[^${n}]: Source ${n}.`).join("\n")}`,
};
