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
