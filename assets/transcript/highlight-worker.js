// Colours code off the page's own thread, since a grammar's first use alone takes longer than a frame.
import { createCodePlugin } from "@streamdown/code";

/** One theme for light and dark: every scope gets a variable of the page's own palette. */
const scopes = (name, scope) => ({ scope, settings: { foreground: `var(--code-${name})` } });
const THEME = {
  name: "page",
  type: "light",
  fg: "var(--code-plain)",
  bg: "transparent",
  settings: [
    { settings: { foreground: "var(--code-plain)", background: "transparent" } },
    scopes("comment", ["comment", "punctuation.definition.comment"]),
    scopes("keyword", ["keyword", "storage", "constant.language", "entity.name.tag", "support.type.property-name", "markup.heading"]),
    scopes("value", ["string", "constant.numeric", "constant.character", "markup.inline.raw", "markup.inserted"]),
    scopes("plain", ["keyword.operator", "punctuation"]),
    scopes("removed", ["markup.deleted", "invalid"]),
  ],
};
const THEMES = [THEME, THEME];
const plugin = createCodePlugin({ themes: THEMES });

/** Lines of `[content, colour]`; neighbours of one colour are one. */
function linesOf(tokens) {
  return tokens.map((line) => {
    const pieces = [];
    for (const { content, color, htmlStyle } of line) {
      const colour = htmlStyle?.color ?? color;
      if (pieces.at(-1)?.[1] === colour) pieces.at(-1)[0] += content;
      else pieces.push([content, colour]);
    }
    return pieces;
  });
}

/** Of a text that warms a grammar up, in characters. */
const WARM_UP = 2000;
const warm = new Map();

/**
 * Uses a grammar once for nothing. Its first use compiles it, and Shiki gives up on a line after half a second: on a
 * slow machine the first block would keep wrong colours. The blank line keeps the text apart from the block's own.
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
  const answer = ({ tokens }) => postMessage({ id, lines: linesOf(tokens) });
  const ready = plugin.highlight({ code, language, themes: THEMES, isIncomplete: growing }, answer);
  if (ready) answer(ready);
};
