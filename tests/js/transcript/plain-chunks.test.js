// Plain text in chunks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CHUNK_LENGTH, CHUNK_LINES, chunksOf, estimateLines } from "../../../assets/transcript/plain-chunks.js";
import { LENGTH, hostileText, shapeNames } from "../../support/hostile_shapes.js";

const linesIn = (text) => text.split("\n").length - 1;

test("the chunks of any text are the text, and none is long", () => {
  for (const name of shapeNames) {
    const text = hostileText(name);
    const chunks = chunksOf(text);
    assert.equal(chunks.join(""), text);
    assert.ok(chunks.every((chunk) => chunk.length <= CHUNK_LENGTH && linesIn(chunk) <= CHUNK_LINES), name);
    assert.ok(chunks.length <= LENGTH / CHUNK_LINES + 1);
  }
});

test("a short text is one chunk", () => {
  assert.deepEqual(chunksOf(""), [""]);
  assert.deepEqual(chunksOf("a\nb"), ["a\nb"]);
});

test("a chunk ends at a line break where there is one, and never inside a character", () => {
  const line = `${"a".repeat(CHUNK_LENGTH - 10)}\n`;
  assert.deepEqual(chunksOf(line + "b".repeat(100)), [line, "b".repeat(100)]);
  const emoji = "\u{1F600}".repeat(CHUNK_LENGTH);
  assert.ok(chunksOf(`a${emoji}`).every((chunk) => chunk.isWellFormed()));
});

test("a text that grows keeps its complete chunks, and another text is divided anew", () => {
  const text = hostileText("short lines", 20_000);
  const known = { text: "", ends: [] };
  for (let length = 100; length <= text.length; length += 100) {
    assert.deepEqual(chunksOf(text.slice(0, length), known), chunksOf(text.slice(0, length)));
  }
  assert.deepEqual(chunksOf("other", known), ["other"]);
});

test("the height is estimated by lines, and long lines count as several", () => {
  assert.equal(estimateLines("a\nb"), 2);
  assert.equal(estimateLines("a".repeat(700)), 10);
});
