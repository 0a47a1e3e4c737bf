// The transcript's icons, drawn on an 18 x 18 grid in the text's colour.

const PATHS = {
  chevron: "M7 5l4 4-4 4",
  check: "M4 9.5l3.2 3L14 6",
  cross: "M5 5l8 8M13 5l-8 8",
  file: "M5 3h5l3 3v9H5z",
  terminal: "M4 5l4 4-4 4M9.5 13H14",
  pen: "M11 4l3 3-7 7H4v-3z",
  globe: "M9 3a6 6 0 100 12A6 6 0 009 3zM3 9h12M9 3c2 1.600 2.600 3.600 2.600 6S11 13.400 9 15M9 3C7 4.600 6.400 6.600 6.400 9S7 13.400 9 15",
  clock: "M9 3a6 6 0 100 12A6 6 0 009 3zM9 5.800V9l2.200 1.600",
  calculator: "M5 3h8v12H5zM7.500 6h3M7.500 9.500h.01M10.500 9.500h.01M7.500 12h.01M10.500 12h.01",
  tool: "M11.500 3.500a3.200 3.200 0 00-3.700 4.300L3.500 12v2.500H6l4.200-4.300a3.200 3.200 0 004.300-3.700l-2 2-1.800-.2-.2-1.800z",
  copy: "M6 6h8v9H6zM4 12V4.500A1.500 1.500 0 015.500 3H11",
  link: "M7.500 10.500l3-3M8 5.500l1.300-1.300a3 3 0 014.200 4.200L12.200 9.700M10 12.500l-1.300 1.300a3 3 0 01-4.200-4.200l1.300-1.300",
  up: "M5 11l4-4 4 4",
  down: "M5 7l4 4 4-4",
  arrowDown: "M9 4v10M5 10l4 4 4-4",
  image: "M3 4h12v10H3zM3 12l3.500-3.500 3 3L12 9l3 3",
};

export function Icon({ name }) {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
