// Which texts are drawn as Markdown, and what it costs to decide that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BOUNDS, MarkdownMeter } from "../../../assets/transcript/markdown-bounds.js";
import { FORMULA } from "../../../assets/transcript/formulas.js";
import { LENGTH, ORDINARY, hostileText, shapeNames } from "../../support/hostile_shapes.js";

const exceeds = (text) => new MarkdownMeter().exceeds(text);

/** Hostile texts that are one block of fenced code: it is not parsed, and drawn in chunks. */
const CODE = [
  "code in a long language",
  "code on one line",
  "a diagram of crossing edges",
  "a comment that hides a fence",
];

for (const name of shapeNames) {
  test(`a message of ${name} is ${CODE.includes(name) ? "code" : "plain text"}`, () => {
    assert.equal(exceeds(hostileText(name)), !CODE.includes(name));
  });
}

for (const [name, text] of Object.entries(ORDINARY)) {
  test(`${name}: an ordinary answer is drawn, at every length`, () => {
    const meter = new MarkdownMeter();
    for (let length = 0; length < text.length; length += 997) assert.ok(!meter.exceeds(text.slice(0, length)), `${length}`);
    assert.ok(!meter.exceeds(text));
  });
}

/** Texts just within a bound and just beyond it. */
const SIDES = {
  characters: [BOUNDS.characters, (n) => `\`\`\`\n${"a".repeat(n - 4)}`],
  blockSquares: [Math.sqrt(BOUNDS.blockSquares), (n) => "*".repeat(n)],
  squares: [BOUNDS.squares / 500 ** 2, (n) => `${"*".repeat(500)}\n\n`.repeat(n)],
  run: [BOUNDS.run, (n) => "a".repeat(n)],
  depth: [BOUNDS.depth, (n) => `${"> ".repeat(n)}a`],
  indent: [BOUNDS.indent, (n) => `${" ".repeat(n)}- a`],
  tex: [BOUNDS.tex - FORMULA, (n) => `$$${"x".repeat(n)}$$`],
  codeLines: [BOUNDS.codeLines - 1, (n) => `\`\`\`\n${"a\n".repeat(n)}\`\`\`\n`],
  diagrams: [BOUNDS.diagrams, (n) => "```mermaid\na-->b\n```\n\n".repeat(n)],
};

for (const [name, [bound, make]] of Object.entries(SIDES)) {
  test(`the bound of ${name} is exact`, () => {
    assert.ok(!exceeds(make(bound)));
    assert.ok(exceeds(make(bound + 1)));
  });
}

test("what the parser reads as one block is one, though blank lines divide it", () => {
  for (const open of ["$$\n\n", "costs $$\n\n", "<div>\n\n", "<b>\n\n<b>\n\n</b>\n\n"]) {
    assert.ok(exceeds(open + "a\n\n".repeat(1_000)), open);
  }
  for (const closed of ["$$\nx\n$$\n\n", "<br>a</br>\n\n", "<div>\n</div>\n\n"]) {
    assert.ok(!exceeds(closed + "a\n\n".repeat(1_000)), closed);
  }
});

/** Returns the largest number for which a text is within the bounds. */
function largest(make) {
  let [within, beyond] = [0, 100_000];
  while (beyond - within > 1) {
    const middle = (within + beyond) >> 1;
    if (exceeds(make(middle))) beyond = middle;
    else within = middle;
  }
  return within;
}

test("a list and a table are bounded as one block, a message as a whole", () => {
  const items = largest((n) => "- a\n".repeat(n));
  const rows = largest((n) => `|a|b|\n|-|-|\n${"|a|b|\n".repeat(n)}`);
  const paragraphs = largest((n) => "a\n\n".repeat(n));
  assert.ok(items > 250 && items < BOUNDS.block, `${items}`);
  assert.ok(rows > 200 && rows < 2 * BOUNDS.block, `${rows}`);
  assert.ok(paragraphs > 2_000 && paragraphs < BOUNDS.message, `${paragraphs}`);
});

test("a short row of a wide table counts as many cells as its head", () => {
  const columns = 100;
  const table = (rows) => `${"|a".repeat(columns)}|\n${"|-".repeat(columns)}|\n${"a\n".repeat(rows)}`;
  assert.ok(largest(table) * columns < 5 * BOUNDS.block);
});

test("each character is read once while a text streams in, and none once it is plain text", () => {
  const piece = 500;
  for (const text of [...shapeNames.map((name) => hostileText(name)), ...Object.values(ORDINARY)]) {
    const meter = new MarkdownMeter();
    let decided = null;
    for (let length = piece; length < text.length + piece; length += piece) {
      const before = meter.read;
      const exceeded = meter.exceeds(text.slice(0, length));
      if (decided !== null) assert.equal(meter.read, decided);
      else assert.ok(meter.read - before <= 3 * BOUNDS.run, `${meter.read - before}`);
      if (exceeded) decided = meter.read;
    }
  }
});

test("the meter reads a complete text of any shape at most twice", () => {
  for (const name of shapeNames) {
    const meter = new MarkdownMeter();
    meter.exceeds(hostileText(name));
    assert.ok(meter.read <= 2 * LENGTH, name);
  }
});

test("a text that continues one beyond the bounds is beyond them, and another text is measured anew", () => {
  const meter = new MarkdownMeter();
  const text = "*a_ ".repeat(2_000);
  assert.ok(meter.exceeds(text));
  assert.ok(meter.exceeds(`${text}\n\nshort`));
  assert.ok(!meter.exceeds("short"));
});

test("a line that is still incomplete is not counted twice", () => {
  const meter = new MarkdownMeter();
  const line = "*".repeat(500);
  for (let length = 1; length <= line.length; length += 1) assert.ok(!meter.exceeds(line.slice(0, length)));
  assert.ok(!meter.exceeds(`${line}\n\n${line}`));
});
