// Which diagrams are drawn without being asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MAX_ARROWS,
  MAX_DIAGRAM_LENGTH,
  MAX_DIAGRAM_LINES,
  MAX_JOINED,
  isLargeDiagram,
} from "../../../assets/transcript/diagram-bounds.js";

const SIDES = {
  characters: [MAX_DIAGRAM_LENGTH, (n) => "a".repeat(n)],
  lines: [MAX_DIAGRAM_LINES, (n) => Array(n).fill("a").join("\n")],
  "joined nodes": [MAX_JOINED, (n) => `a${" & a".repeat(n)}`],
  arrows: [MAX_ARROWS, (n) => `a${" --> a".repeat(n)}`],
};

for (const [name, [bound, make]] of Object.entries(SIDES)) {
  test(`the bound of ${name} is exact`, () => {
    assert.ok(!isLargeDiagram(make(bound)));
    assert.ok(isLargeDiagram(make(bound + 1)));
  });
}
