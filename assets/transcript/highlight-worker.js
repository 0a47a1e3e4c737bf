/** Highlights code outside of the main thread: the first use of a grammar alone takes longer than a frame. */
import { createCodePlugin } from "@streamdown/code";

/** One theme for light and dark: each rule refers to a CSS variable of the page. */
const rule = (name, scope) => ({ scope, settings: { foreground: `var(--code-${name})` } });
const THEME = {
  name: "page",
  type: "light",
  fg: "var(--code-plain)",
  bg: "transparent",
  settings: [
    { settings: { foreground: "var(--code-plain)", background: "transparent" } },
    rule("comment", ["comment", "punctuation.definition.comment"]),
    rule("keyword", [
      "keyword",
      "storage",
      "constant.language",
      "entity.name.tag",
      "support.type.property-name",
      "markup.heading",
    ]),
    rule("value", ["string", "constant.numeric", "constant.character", "markup.inline.raw", "markup.inserted"]),
    rule("plain", ["keyword.operator", "punctuation"]),
    rule("removed", ["markup.deleted", "invalid"]),
  ],
};
const THEMES = [THEME, THEME];
const plugin = createCodePlugin({ themes: THEMES });

/** Converts Shiki's tokens to lines of `[content, color]`; adjacent tokens of one color are merged. */
function toLines(tokens) {
  return tokens.map((line) => {
    const merged = [];
    for (const { content, color, htmlStyle } of line) {
      const tokenColor = htmlStyle?.color ?? color;
      if (merged.at(-1)?.[1] === tokenColor) merged.at(-1)[0] += content;
      else merged.push([content, tokenColor]);
    }
    return merged;
  });
}

/** Characters with which a grammar is compiled. */
const WARM_UP = 2000;
const warm = new Map();

/**
 * Compiles a grammar by using it once. Shiki gives up on a line after half a second, so on a slow machine the first
 * block would keep wrong colours. The blank line keeps this text distinct from the block's own.
 */
function warmUp(language, code) {
  if (!warm.has(language)) {
    const request = { code: `\n${code.slice(0, WARM_UP)}`, language, themes: THEMES, isIncomplete: true };
    warm.set(language, new Promise((done) => plugin.highlight(request, done)));
  }
  return warm.get(language);
}

onmessage = async ({ data: { id, code, language, growing } }) => {
  if (!plugin.supportsLanguage(language)) return;
  await warmUp(language, code);
  const answer = ({ tokens }) => postMessage({ id, lines: toLines(tokens) });
  const ready = plugin.highlight({ code, language, themes: THEMES, isIncomplete: growing }, answer);
  if (ready) answer(ready);
};
