/** Bounds what KaTeX draws at once: a block's formulas beyond the bound stay TeX. */

/** What a formula costs besides its characters, in characters. */
export const FORMULA = 20;

/**
 * Characters of TeX in one block, and FORMULA for each formula; a block is drawn without a pause, KaTeX makes about four
 * elements of a character, and 2,000 take 0.1 s. The longest block of an ordinary text has some hundreds.
 */
export const MAX_BLOCK_TEX = 2_000;

const MATH = new Set(["language-math", "math-inline", "math-display"]);

const textOf = (element) => element.children.map((child) => child.value ?? "").join("");

/** Makes ordinary code of the formulas under a node that do not fit, and returns the characters that are left. */
function unmark(node, left) {
  for (const child of node.children ?? []) {
    const classes = child.properties?.className;
    if (!Array.isArray(classes) || !classes.some((name) => MATH.has(name))) {
      left = unmark(child, left);
      continue;
    }
    const length = textOf(child).length + FORMULA;
    if (length > left) child.properties.className = [];
    else left -= length;
  }
  return left;
}

/** Returns a plugin that draws the formulas of a block as another plugin does, up to the bound. */
export function boundFormulas([draw, options]) {
  function boundedFormulas(given) {
    const transform = draw.call(this, given);
    return (tree, file) => {
      unmark(tree, MAX_BLOCK_TEX);
      return transform(tree, file);
    };
  }
  // Streamdown tells plugins apart by their names and options, and a build shortens names.
  return [boundedFormulas, { ...options, bound: MAX_BLOCK_TEX }];
}
