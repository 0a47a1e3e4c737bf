// Fenced code at the start of a line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { closesFence, mayDefine, openedFence, splitFences } from "../../../assets/transcript/fences.js";

const pieces = (text) => splitFences(text).map(({ text, code }) => [text, code]);

test("a fence has three marks or more at the start of the line", () => {
  assert.deepEqual(openedFence("```js"), { marker: "`", length: 3 });
  assert.deepEqual(openedFence("~~~~"), { marker: "~", length: 4 });
  for (const line of ["``", " ```", "- ```", "```a`", ""]) assert.equal(openedFence(line), null, line);
});

test("a fence is closed by at least as many of the same marks, and nothing else on the line", () => {
  const fence = { marker: "`", length: 3 };
  for (const line of ["```", "   ```", "`````", "``` \t"]) assert.ok(closesFence(line, fence), line);
  for (const line of ["``", "    ```", "~~~", "``` a", "``a`", ""]) assert.ok(!closesFence(line, fence), line);
});

test("text is divided into fenced blocks and what is between them", () => {
  assert.deepEqual(pieces("a\n```\nb\n```\nc"), [
    ["a\n", false],
    ["```\nb\n```\n", true],
    ["c", false],
  ]);
  assert.deepEqual(pieces("a\n```\n*b"), [
    ["a\n", false],
    ["```\n*b", true],
  ]);
  assert.deepEqual(pieces("- a\n  ```\n  b\n  ```\n"), [["- a\n  ```\n  b\n  ```\n", false]]);
  assert.deepEqual(pieces(""), []);
});

test("a text that defines links or footnotes stays whole, because all of it can refer to them", () => {
  for (const definition of ["[a]: b", "  [^1]: note"]) {
    assert.ok(mayDefine(definition));
    const text = `[a] [^1]\n\n\`\`\`\nx\n\`\`\`\n\n${definition}`;
    assert.deepEqual(pieces(text), [[text, false]]);
  }
});
