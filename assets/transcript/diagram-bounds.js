/** Which diagrams are drawn at once. */

/** Characters and lines of a diagram; its layout takes about 3 ms for each line. */
export const MAX_DIAGRAM_LENGTH = 3_000;
export const MAX_DIAGRAM_LINES = 60;
/** Nodes that are joined by `&`: each on one side of an arrow is connected with each on the other. */
export const MAX_JOINED = 12;
/** Arrows and chained nodes; many fit into one line. */
export const MAX_ARROWS = 80;

const countOf = (text, pattern) => text.match(pattern)?.length ?? 0;

/** Whether drawing a diagram would take long. */
export const isLargeDiagram = (source) =>
  source.length > MAX_DIAGRAM_LENGTH ||
  countOf(source, /\n|;/g) >= MAX_DIAGRAM_LINES ||
  countOf(source, /&/g) > MAX_JOINED ||
  countOf(source, /[-=.~]{2,}/g) > MAX_ARROWS;
