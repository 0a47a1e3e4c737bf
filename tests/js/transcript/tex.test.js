// TeX delimiters are converted to those of the Markdown parser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hasMath, toDollarMath } from "../../../assets/transcript/tex.js";

test("TeX brackets become dollars, except in code", () => {
  assert.equal(toDollarMath("\\(a\\) and `\\(b\\)`"), "$$a$$ and `\\(b\\)`");
  assert.equal(toDollarMath("```\n\\[x\\]\n```"), "```\n\\[x\\]\n```");
  assert.ok(hasMath(toDollarMath("so \\[ x \\]")));
  assert.equal(toDollarMath("$$a \\\\[2pt] b$$ \\]"), "$$a \\\\[2pt] b$$ \\]");
  assert.equal(toDollarMath("costs $5"), "costs $5");
});

test("TeX that never closes stays as it is, and what follows it is converted", () => {
  assert.equal(toDollarMath("\\[ a \\( b \\) c"), "\\[ a $$b$$ c");
  assert.equal(toDollarMath("\\(".repeat(3)), "\\(".repeat(3));
  assert.equal(toDollarMath("\\( a \\[ b \\)"), "$$a \\[ b$$");
});

test("each unclosed kind of delimiter is searched for once", () => {
  const searched = [];
  const indexOf = String.prototype.indexOf;
  String.prototype.indexOf = function (wanted, from) {
    if (wanted === "\\]" || wanted === "\\)") searched.push(wanted);
    return indexOf.call(this, wanted, from);
  };
  try {
    toDollarMath("\\[\\(".repeat(10_000));
  } finally {
    String.prototype.indexOf = indexOf;
  }
  assert.deepEqual(searched, ["\\]", "\\)"]);
});
