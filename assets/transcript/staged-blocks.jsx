/** Renders the blocks of a long text some at a time, with pauses in which the page can react. */
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { Block } from "streamdown";

/** Characters from which a text is rendered in stages. 2,000 can be a hundred formulas, which take 0.2 s. */
export const STAGED_FROM = 2_000;
/** Blocks of the first stage, about a screen. */
const FIRST = 10;
/** Time that a stage should take, in ms. */
const STAGE_TIME = 40;

/** How many blocks are rendered. */
export const ShownBlocks = createContext(Infinity);

export function StagedBlock(props) {
  return props.index < useContext(ShownBlocks) ? <Block {...props} /> : null;
}

/**
 * Returns how many blocks of a text to render now.
 * @param {boolean} staged whether its first rendering is in stages
 * @param {() => number} count returns the number of its blocks
 */
export function useStages(text, { staged, count }) {
  const [shown, setShown] = useState(staged ? FIRST : Infinity);
  const stage = useRef({ size: FIRST, began: performance.now() });
  useEffect(() => {
    if (shown === Infinity || shown >= count()) return undefined;
    const { size, began } = stage.current;
    const fitting = Math.ceil((size * STAGE_TIME) / Math.max(1, performance.now() - began));
    const next = Math.min(fitting, 2 * size);
    const timer = setTimeout(() => {
      stage.current = { size: next, began: performance.now() };
      setShown(shown + next);
    });
    return () => clearTimeout(timer);
  }, [shown, text]);
  return shown;
}
