/** The style of a virtual list's element, by which what is in it takes clicks while it scrolls, and right after. */
export const clickable = (style) => ({ ...style, pointerEvents: undefined });
