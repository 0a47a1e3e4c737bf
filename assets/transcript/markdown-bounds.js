/**
 * How much Markdown a message may contain to be drawn without a pause of the page. The parser's time grows with the
 * square of some numbers, so that a text of 100,000 characters can take minutes; a text beyond a bound is shown as plain
 * text instead. The meter reads each character once. It does not parse: where it cannot know what the parser will see,
 * it counts too much.
 *
 * Bounds and weights were measured (docs/performance.md). Each bound is several times what long ordinary answers need.
 */
import { closesFence, mayDefine, openedFence } from "./fences.js";
import { FORMULA } from "./formulas.js";

export const BOUNDS = {
  /** Characters of a message: three times the longest message of a person. The parser needs about 3 ms for 1,000. */
  characters: 300_000,
  /**
   * Sum of the squared numbers of delimiters between two blank lines, in a block and in a message. Emphasis that never
   * closes is compared with all before it in its paragraph: 750 delimiters in one take 0.1 s. 300 ordinary paragraphs
   * with 40 delimiters each have 480,000 together.
   */
  blockSquares: 562_500,
  squares: 2_250_000,
  /** Characters between two blank lines, except in fenced code. */
  run: 30_000,
  /**
   * Weight (see WEIGHTS) of one list, table or paragraph, which is parsed and drawn at once. A table of 200 rows with
   * four columns has 400.
   */
  block: 500,
  /** Weight of a message. 128,000 characters of ordinary Markdown have 1,900. */
  message: 6_000,
  /** Lists and quotes inside each other, each of which the parser enters again on every line. */
  depth: 12,
  /** Indentation of a list item, in characters; four for each level. */
  indent: 48,
  /**
   * Characters of TeX, and FORMULA for each formula; one becomes about four elements. A lecture of 20 kB with 240
   * formulas has 10,000.
   */
  tex: 16_000,
  /** Lines of fenced code, which the parser reads one by one: 5,000 take 0.1 s. */
  codeLines: 5_000,
  /** Diagrams. Each is laid out by itself, between which the page can react. */
  diagrams: 20,
};

/** Weights of what is drawn, relative to a list item with its paragraph, which takes about 0.3 ms. */
export const WEIGHTS = {
  line: 0.12,
  /** A paragraph, heading, rule, list item or fence. */
  block: 1,
  /** A column of a row, also where a short row leaves it empty. */
  cell: 0.25,
  /** A character that may begin or end emphasis, code, a link or HTML. */
  delimiter: 0.1,
  /** An address, an image, a footnote or a hard line break. */
  inline: 0.5,
};

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const DELIMITERS = new Set([..."*_~[]!<&`\\$"].map((character) => character.charCodeAt(0)));
const QUOTE = 62;
const [PIPE, DOLLAR, STAR, DASH, PLUS, EQUALS, UNDERSCORE, DOT, SLASH] = [..."|$*-+=_./"].map((c) => c.charCodeAt(0));
const [AT, BANG, CARET, BACKSLASH, CLOSING] = [..."@!^\\)"].map((character) => character.charCodeAt(0));
const LIST = new Set([STAR, DASH, PLUS]);
const RULE = new Set([STAR, DASH, EQUALS, UNDERSCORE, SPACE, TAB]);

const isDigit = (code) => code >= 48 && code <= 57;
const isBlank = (code) => code === SPACE || code === TAB;

/** Returns the position after a list marker and its space, or -1; a marker at the end of a line counts. */
function afterMarker(line, at) {
  let end = at;
  if (LIST.has(line.charCodeAt(end))) end += 1;
  else {
    while (end - at < 9 && isDigit(line.charCodeAt(end))) end += 1;
    if (end === at || (line.charCodeAt(end) !== DOT && line.charCodeAt(end) !== CLOSING)) return -1;
    end += 1;
  }
  return end === line.length || isBlank(line.charCodeAt(end)) ? end + 1 : -1;
}

/**
 * Returns the containers that a line begins with, as {depth, indent, marker, list}: quotes and list items, the widest
 * indentation before one of them, where the first begins (-1 for none), and whether one is a list item.
 */
function containersOf(line) {
  let [depth, indent, marker, list, at] = [0, 0, -1, false, 0];
  for (;;) {
    const start = at;
    while (isBlank(line.charCodeAt(at))) at += 1;
    const isQuote = line.charCodeAt(at) === QUOTE;
    const next = isQuote ? at + 1 : afterMarker(line, at);
    if (next === -1) return { depth, indent, marker, list };
    if (marker === -1) marker = at;
    list ||= !isQuote;
    indent = Math.max(indent, at - start);
    depth += 1;
    at = next;
  }
}

/** Counts what a text contains, in all of it or, for one tally, outside of fenced code. */
class Tally {
  message = 0;
  squares = 0;
  tex = 0;
  exceeded = false;
  /** The block: ends where a line after a blank one is neither indented nor an item, nor in a formula or in HTML. */
  block = 0;
  blockSquares = 0;
  dollarPairs = 0;
  tag = null;
  /** The run: the lines since a blank one, or an item or a row that begins for certain. */
  run = { characters: 0, lines: 0, delimiters: 0, columns: 0 };
  marker = "";
  table = 0;
  math = null;
  wasBlank = true;

  /**
   * @param {boolean} whole whether the parser gets the text as one block
   * @param {number} factor by which the bounds are multiplied
   */
  constructor({ whole, factor }) {
    Object.assign(this, { whole, factor });
  }

  /** Returns a tally that can be added to without changing this one. */
  copy() {
    return Object.assign(new Tally(this), this, {
      run: { ...this.run },
      math: this.math && { ...this.math },
      tag: this.tag && { ...this.tag },
    });
  }

  /** Adds a line and returns whether a bound is exceeded. */
  add(line) {
    if (this.exceeded || line.length > BOUNDS.run * this.factor) return (this.exceeded = true);
    const blank = line.trim() === "";
    if (blank) this.#addBlank();
    else this.addLine(line);
    this.wasBlank = blank;
    this.exceeded ||= this.#exceeds();
    return this.exceeded;
  }

  #endBlock() {
    this.endRun();
    [this.block, this.blockSquares, this.dollarPairs, this.tag] = [0, 0, 0, null];
  }

  /** What follows an HTML tag is one block with it until the tag is closed. */
  #followTag(line) {
    if (this.tag === null) {
      const [, name] = /^ {0,3}<([a-z][\w:-]*)/i.exec(line) ?? [];
      if (name) this.tag = { name: name.toLowerCase(), open: 0 };
    }
    if (this.tag === null) return;
    const { name } = this.tag;
    const lower = line.toLowerCase();
    this.tag.open += lower.split(`<${name}`).length - lower.split(`</${name}>`).length;
    if (this.tag.open <= 0) this.tag = null;
  }

  #addBlank() {
    this.endRun();
    this.weigh(WEIGHTS.line);
  }

  #exceeds() {
    const { factor } = this;
    return (
      this.message > BOUNDS.message * factor ||
      (this.whole ? this.message : this.block) > BOUNDS.block * factor ||
      this.run.characters > BOUNDS.run * factor ||
      this.blockSquares + this.run.delimiters ** 2 > BOUNDS.blockSquares * factor ||
      this.squares + this.run.delimiters ** 2 > BOUNDS.squares * factor ||
      this.tex + this.openTex() > BOUNDS.tex * factor
    );
  }

  /** Adds fenced code, which is parsed alone. */
  addFence() {
    this.#endBlock();
    this.weigh(2 * WEIGHTS.block);
    this.wasBlank = true;
  }

  weigh(weight) {
    this.message += weight;
    this.block += weight;
  }

  addLine(line) {
    const containers = containersOf(line);
    if (containers.depth > BOUNDS.depth || (containers.list && containers.indent > BOUNDS.indent)) this.exceeded = true;
    const isOpen = this.dollarPairs % 2 === 1 || this.tag !== null;
    if (this.wasBlank && !isBlank(line.charCodeAt(0)) && !containers.list && !isOpen) this.#endBlock();
    this.#followTag(line);
    this.dollarPairs += line.split("$$").length - 1;
    this.beginRun(line, containers);
    const run = this.run;
    const counts = countLine(line);
    run.lines += 1;
    run.characters += line.length;
    run.delimiters += counts.delimiters;
    this.weigh(WEIGHTS.line + counts.weight + containers.depth * WEIGHTS.block);
    if (run.lines === 1 && containers.depth === 0) this.weigh(WEIGHTS.block);
    else if (isHeadingOrRule(line)) this.weigh(WEIGHTS.block);
    this.addCells(counts.pipes);
    this.addMath(line, counts);
  }

  /** Every row of a table has a cell for each column of its head. */
  addCells(pipes) {
    const run = this.run;
    const columns = Math.max(run.columns, pipes);
    this.weigh(WEIGHTS.cell * (columns + (columns - run.columns) * (run.lines - 1)));
    run.columns = columns;
  }

  /** Begins a run at an item or a row whose text certainly does not continue the line before. */
  beginRun(line, { marker }) {
    const character = marker >= 0 && marker <= 3 ? line[marker] : "";
    const kind = character && isDigit(character.charCodeAt(0)) ? "numbered" : character;
    const isItem = "-*+".includes(kind) ? kind !== "" && line[marker + 2]?.trim() : kind === "numbered";
    const isFirst = this.run.lines === 0;
    if (isItem && (kind !== "numbered" || isFirst || this.marker === "numbered")) {
      if (!isFirst) this.resetDelimiters();
      this.marker = kind;
    } else if (marker >= 0 || isFirst) this.marker = "";
    this.followTable(line, isFirst);
  }

  /** A table that begins after a blank line with a head and its rule: each further row is a run. */
  followTable(line, isFirst) {
    const isRow = line.length > 1 && line[0] === "|" && line.at(-1) === "|" && !line.includes("\\");
    const pipes = isRow ? countOf(line, PIPE) : 0;
    if (isFirst) this.table = isRow ? pipes : 0;
    else if (this.table > 0 && this.run.lines === 1) {
      if (pipes !== this.table || /[^|:\- ]|\|(?=[ :]*\|)/.test(line)) this.table = 0;
    } else if (this.table > 0 && line[0] === "|") this.resetDelimiters();
    else this.table = 0;
  }

  resetDelimiters() {
    this.squares += this.run.delimiters ** 2;
    this.blockSquares += this.run.delimiters ** 2;
    this.run.delimiters = 0;
  }

  endRun() {
    this.resetDelimiters();
    if (!this.math?.display) this.settleMath();
    this.run = { characters: 0, lines: 0, delimiters: 0, columns: 0 };
    this.table = 0;
    this.marker = "";
  }

  openTex() {
    return this.math ? this.math.characters : 0;
  }

  settleMath() {
    this.tex += this.openTex();
    this.math = null;
  }

  /**
   * Adds the characters of formulas. A displayed formula ends at `$$` under its opening; a paragraph with formulas that
   * has code or escapes too counts as a whole, because those can hide dollars from the parser.
   */
  addMath(line, { dollars, brackets, hides }) {
    const text = line.trim();
    if (this.math?.display) this.addDisplayed(line, text);
    else if (text.startsWith("$$") && dollars === 2) {
      this.settleMath();
      this.math = { display: true, indent: indentOf(line), characters: line.length + FORMULA, certain: true };
    } else if (dollars >= 2 || brackets > 0 || this.math) {
      this.math ??= { display: false, characters: 0 };
      this.math.characters += hides || brackets || this.math.whole ? line.length : texOf(line);
      this.math.characters += FORMULA * (Math.ceil(dollars / 4) + brackets);
      this.math.whole ||= dollars % 4 !== 0;
    }
  }

  addDisplayed(line, text) {
    const math = this.math;
    math.characters += line.length;
    if (text !== "" && indentOf(line) < math.indent) math.certain = false;
    if (text === "$$" && math.certain && indentOf(line) === math.indent && math.indent <= 3) this.settleMath();
  }
}

const indentOf = (line) => line.length - line.trimStart().length;

function countOf(line, code) {
  let count = 0;
  for (let at = 0; at < line.length; at += 1) if (line.charCodeAt(at) === code) count += 1;
  return count;
}

/** Returns the number of characters between each first and second `$$` of a line. */
function texOf(line) {
  let length = 0;
  for (let at = line.indexOf("$$"); at !== -1; ) {
    const end = line.indexOf("$$", at + 2);
    if (end === -1) return length + line.length - at;
    length += end - at - 2;
    at = line.indexOf("$$", end + 2);
  }
  return length;
}

/** Whether a line is a heading, a rule or the line under a heading. */
function isHeadingOrRule(line) {
  const text = line.trimStart();
  if (text[0] === "#") return true;
  for (let at = 0; at < text.length; at += 1) if (!RULE.has(text.charCodeAt(at))) return false;
  return true;
}

/** Returns what a line contains, and whether it has what can hide dollars from the parser. */
function countLine(line) {
  let [delimiters, inline, pipes, dollars, brackets, escapes] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (DELIMITERS.has(code)) delimiters += 1;
    if (code === PIPE) pipes += 1;
    else if (code === DOLLAR) dollars += 1;
    else if (code === AT || code === CARET) inline += 1;
    else if (code === BANG && line[at + 1] === "[") inline += 1;
    else if (code === SLASH && line[at - 1] === "/" && line[at - 2] === ":") inline += 1;
    else if (code === DOT && line.slice(Math.max(0, at - 3), at).toLowerCase() === "www") inline += 1;
    else if (code === BACKSLASH) {
      if (line[at + 1] === "(" || line[at + 1] === "[") brackets += 1;
      else if (line[at + 1] === "$" || line[at + 1] === "`") escapes += 1;
    } else if (code === 96) escapes += 1;
  }
  if (line.endsWith("  ") || line.endsWith("\\")) inline += 1;
  const weight = delimiters * WEIGHTS.delimiter + inline * WEIGHTS.inline;
  const hides = escapes + inline > 0 || /\$\$\$|\]\(|</.test(line);
  return { delimiters, weight, pipes, dollars, brackets, hides };
}

/**
 * Decides whether a text is drawn as Markdown. A text that continues the measured one costs what was added to it.
 */
export class MarkdownMeter {
  /** Characters that were read, by which tests measure the meter's own cost. */
  read = 0;
  #text = "";
  #at = 0;
  #fence = null;
  #diagrams = 0;
  #codeLines = 0;
  #defines = false;
  #exceeded = false;
  #factor;
  #prose;
  #all;

  /** @param {number} factor by which the bounds are multiplied, where a person asked for the drawing */
  constructor(factor = 1) {
    this.#factor = factor;
    this.#reset();
  }

  /**
   * Returns whether a text exceeds a bound. Once it does, so does everything that continues it.
   * @param {string} text with "\n" as the only line break
   */
  exceeds(text) {
    if (!text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    while (!this.#exceeded) {
      const end = text.indexOf("\n", this.#at);
      if (end === -1) break;
      this.#addLine(text.slice(this.#at, end));
      this.#at = end + 1;
    }
    if (!this.#exceeded) this.#exceeded = this.#lastLineExceeds();
    return this.#exceeded;
  }

  /** Adds a whole line, without its line break, and returns whether a bound is exceeded. */
  add(line) {
    if (!this.#exceeded) this.#addLine(line);
    return this.#exceeded;
  }

  #reset() {
    [this.#at, this.#fence, this.#diagrams, this.#codeLines] = [0, null, 0, 0];
    [this.#defines, this.#exceeded] = [false, false];
    this.#prose = new Tally({ whole: false, factor: this.#factor });
    this.#all = new Tally({ whole: true, factor: this.#factor });
  }

  #addLine(line) {
    if (!this.#all.exceeded) this.read += Math.min(line.length, BOUNDS.run * this.#factor);
    this.#all.add(line);
    if (this.#fence) {
      this.#codeLines += 1;
      if (closesFence(line, this.#fence)) this.#fence = null;
    } else {
      this.#fence = openedFence(line);
      if (this.#fence) this.#prose.addFence();
      else this.#prose.add(line);
      this.#defines ||= mayDefine(line) || line.includes("[^");
    }
    if (/^\s*(?:```|~~~)\s*mermaid/.test(line)) this.#diagrams += 1;
    this.#exceeded = this.#isExceeded(this.#prose, this.#all, this.#defines);
  }

  #isExceeded(prose, all, defines) {
    return (
      prose.exceeded ||
      (defines && all.exceeded) ||
      this.#diagrams > BOUNDS.diagrams * this.#factor ||
      this.#codeLines > BOUNDS.codeLines * this.#factor ||
      this.#text.length > BOUNDS.characters * this.#factor
    );
  }

  /** The last line may continue, so that its counts are not kept. In fenced code nothing of it counts. */
  #lastLineExceeds() {
    let [prose, all, defines] = [this.#prose, this.#all, this.#defines];
    const line = this.#text.slice(this.#at);
    if (!this.#fence) {
      this.read += Math.min(line.length, BOUNDS.run * this.#factor);
      defines ||= line.includes("[^") || mayDefine(line);
      prose = prose.copy();
      prose.add(line);
      if (defines) {
        all = all.copy();
        all.add(line);
      }
    }
    return this.#isExceeded(prose, all, defines);
  }
}
