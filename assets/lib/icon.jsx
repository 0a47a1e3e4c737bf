/** The page's icons: strokes on an 18 x 18 grid in the colour of the text. */

const PATHS = {
  archive: "M3 5h12v3H3zM4.5 8v6h9V8M7.5 11h3",
  arrowDown: "M9 4v10M5 10l4 4 4-4",
  back: "M11 4L6 9l5 5",
  calculator: "M5 3h8v12H5zM7.5 6h3M7.5 9.5h.01M10.5 9.5h.01M7.5 12h.01M10.5 12h.01",
  check: "M4 9.5l3.2 3L14 6",
  chevron: "M7 5l4 4-4 4",
  clock: "M9 3a6 6 0 100 12A6 6 0 009 3zM9 5.8V9l2.2 1.6",
  copy: "M6 6h8v9H6zM4 12V4.5A1.5 1.5 0 015.5 3H11",
  cross: "M5 5l8 8M13 5l-8 8",
  down: "M5 7l4 4 4-4",
  filter: "M3 5h12M5.5 9h7M8 13h2",
  find: "M12.5 8a4.5 4.5 0 11-9 0 4.5 4.5 0 019 0M11.5 11.5L15 15",
  gear:
    "M11.3 9a2.3 2.3 0 11-4.6 0 2.3 2.3 0 014.6 0M9 3v1.8M9 13.2V15M3 9h1.8M13.2 9H15" +
    "M4.8 4.8l1.2 1.2M12 12l1.2 1.2M13.2 4.8L12 6M6 12l-1.2 1.2",
  globe:
    "M9 3a6 6 0 100 12A6 6 0 009 3zM3 9h12M9 3c2 1.6 2.6 3.6 2.6 6S11 13.4 9 15M9 3C7 4.6 6.4 6.6 6.4 9S7 13.4 9 15",
  image: "M3 4h12v10H3zM3 12l3.5-3.5 3 3L12 9l3 3",
  link: "M7.5 10.5l3-3M8 5.5l1.3-1.3a3 3 0 014.2 4.2L12.2 9.7" + "M10 12.5l-1.3 1.3a3 3 0 01-4.2-4.2l1.3-1.3",
  menu: "M3 5h12M3 9h12M3 13h8",
  more:
    "M3.7 9a.8.8 0 101.6 0 .8.8 0 10-1.6 0M8.2 9a.8.8 0 101.6 0 .8.8 0 10-1.6 0" +
    "M12.7 9a.8.8 0 101.6 0 .8.8 0 10-1.6 0",
  plus: "M9 4v10M4 9h10",
  rename: "M11 4l3 3-7 7H4v-3z",
  restore: "M4 9a5 5 0 111.6 3.7M4 15v-3h3",
  send: "M9 14V4M5 8l4-4 4 4",
  share: "M9 11V3M6 6l3-3 3 3M4 10v4.5h10V10",
  tool: "M11.5 3.5a3.2 3.2 0 00-3.7 4.3L3.5 12v2.5H6l4.2-4.3a3.2 3.2 0 004.3-3.7l-2 2-1.8-.2-.2-1.8z",
  trash: "M3.5 5h11M7 5V3h4v2M5 5l.7 10h6.6L13 5M7.7 8v4.5M10.3 8v4.5",
  up: "M5 11l4-4 4 4",
};

/** Screen readers skip it. */
export function Icon({ name }) {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
