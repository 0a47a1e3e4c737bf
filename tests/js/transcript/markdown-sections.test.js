// What is parsed together: blocks, and the sections of a text beyond the bounds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBlockSplitter, splitSections } from "../../../assets/transcript/markdown-sections.js";
import { hostileText, shapeNames } from "../../support/hostile_shapes.js";

test("fenced code is a block of its own, and only what changed is divided again", () => {
  const parsed = [];
  const split = createBlockSplitter((text) => {
    parsed.push(text);
    return text.split(/(?<=\n\n)/);
  });
  assert.deepEqual(split("a\n\nb\n```\nc\n```\nd"), ["a\n\n", "b\n", "```\nc\n```\n", "d"]);
  assert.deepEqual(split("a\n\nb\n```\nc\n```\nde"), ["a\n\n", "b\n", "```\nc\n```\n", "de"]);
  assert.deepEqual(parsed, ["a\n\nb\n", "d", "de"]);
});

test("the sections of a text are the text", () => {
  for (const name of shapeNames) {
    const text = hostileText(name, 20_000);
    assert.equal(splitSections(text).map((section) => section.text).join(""), text, name);
  }
});

test("what is far beyond the bounds by itself stays plain text, and the rest is drawn", () => {
  const hostile = "*a_ ".repeat(20_000);
  assert.deepEqual(
    splitSections(`Before\n\n${hostile}\n\nAfter`).map(({ text, plain }) => [text.length, plain]),
    [
      [8, false],
      [hostile.length + 2, true],
      [5, false],
    ],
  );
  assert.ok(splitSections("a\n\n".repeat(30_000)).every(({ plain }) => !plain));
});
