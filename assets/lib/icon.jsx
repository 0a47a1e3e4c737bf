/** The icons that client-side components draw; strokes on a grid of 18. */

const PATHS = {
  archive: "M3 5h12v3H3zM4.5 8v6h9V8M7.5 11h3",
  check: "M4 9.5l3.2 3L14 6",
  copy: "M6 6h8v9H6zM4 12V3h7",
  find: "M12.5 8a4.5 4.5 0 11-9 0 4.5 4.5 0 019 0M11.5 11.5L15 15",
  menu: "M3 5h12M3 9h12M3 13h8",
  more: "M3.7 9a.8.8 0 101.6 0 .8.8 0 10-1.6 0M8.2 9a.8.8 0 101.6 0 .8.8 0 10-1.6 0M12.7 9a.8.8 0 101.6 0 .8.8 0 10-1.6 0",
  rename: "M11 4l3 3-7 7H4v-3z",
  restore: "M4 9a5 5 0 111.6 3.7M4 15v-3h3",
  close: "M5 5l8 8M13 5l-8 8",
  share: "M9 11V3M6 6l3-3 3 3M4 10v4.5h10V10",
  send: "M9 14V4M5 8l4-4 4 4",
  trash: "M3.5 5h11M7 5V3h4v2M5 5l.7 10h6.6L13 5M7.7 8v4.5M10.3 8v4.5",
};

export function Icon({ name }) {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
