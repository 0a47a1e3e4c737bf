// How much TeX of a block is drawn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMULA, MAX_BLOCK_TEX, boundFormulas } from "../../../assets/transcript/formulas.js";

const formula = (length) => ({
  type: "element",
  properties: { className: ["language-math", "math-inline"] },
  children: [{ type: "text", value: "x".repeat(length) }],
});

/** Returns the lengths of the formulas that are drawn. */
function drawn(...lengths) {
  const tree = { children: [{ children: lengths.map(formula) }] };
  const [plugin, options] = boundFormulas([() => (given) => given, { errorColor: "red" }]);
  assert.equal(options.errorColor, "red");
  const [paragraph] = plugin(options)(tree).children;
  return paragraph.children
    .filter(({ properties }) => properties.className.length > 0)
    .map(({ children }) => children[0].value.length);
}

test("the formulas of a block are drawn up to the bound, and the others stay TeX", () => {
  const longest = MAX_BLOCK_TEX - FORMULA;
  assert.deepEqual(drawn(longest), [longest]);
  assert.deepEqual(drawn(longest + 1), []);
  assert.deepEqual(drawn(10, longest, 20), [10, 20]);
  assert.equal(drawn(...Array(1_000).fill(1)).length, Math.floor(MAX_BLOCK_TEX / (FORMULA + 1)));
});
