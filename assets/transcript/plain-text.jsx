/** Plain text of any length and content, which costs only what is in view. */
import { memo, useRef } from "react";
import { chunksOf, estimateLines } from "./plain-chunks.js";
import { visible } from "../lib/visible-text.js";

const Chunk = memo(function Chunk({ text }) {
  const shown = visible(text.endsWith("\n") ? text.slice(0, -1) : text);
  return (
    <span className="chunk" dir="auto" style={{ "--lines": estimateLines(text) }}>
      {shown === "" ? "\n" : shown}
    </span>
  );
});

/** Renders a text as it is, in place of an element's text. */
export const PlainText = memo(function PlainText({ text }) {
  const known = useRef({ text: "", ends: [] });
  const chunks = chunksOf(text, known.current);
  if (chunks.length === 1) return visible(chunks[0]);
  return chunks.map((chunk, index) => <Chunk key={index} text={chunk} />);
});
