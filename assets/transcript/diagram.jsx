// A mermaid diagram, drawn by a library that is fetched for it and shown as a picture.
import { createMermaidPlugin } from "@streamdown/mermaid";
import { useEffect, useId, useState, useSyncExternalStore } from "react";
import { useTranscript } from "./context.js";
import { fill } from "./format.js";

/**
 * What could make the browser load something while the diagram is measured in the page: CSS addresses and escapes,
 * pictures in nodes, and directives, which may carry CSS. Such a source stays code.
 */
const MAY_LOAD = /url\s*\(|@import|\\|\b(?:img|image|icon)\s*:|<\s*\w|%%\{|^---/im;

const plugin = createMermaidPlugin();

const dark = () => document.documentElement.classList.contains("dark");

function onTheme(listener) {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  return () => observer.disconnect();
}

async function draw(id, source, theme) {
  const mermaid = plugin.getMermaid({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    theme,
    fontFamily: "system-ui, sans-serif",
  });
  const { svg } = await mermaid.render(id, source);
  const [, width, height] = /viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"/.exec(svg).map(Number);
  return { address: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, width, height };
}

/** A picture of an SVG runs no script and loads nothing, whatever is in it. */
export default function Diagram({ source, fallback }) {
  const { labels } = useTranscript();
  const id = `diagram${useId().replace(/\W/g, "")}`;
  const theme = useSyncExternalStore(onTheme, dark) ? "dark" : "neutral";
  const [picture, setPicture] = useState(null);
  useEffect(() => {
    let current = true;
    // A picture in the colours of the other theme stays until the new one is there.
    setPicture((drawn) => (drawn?.source === source ? drawn : null));
    if (MAY_LOAD.test(source)) return undefined;
    draw(id, source, theme).then(
      (drawn) => current && setPicture({ ...drawn, source }),
      () => current && setPicture(null),
    );
    return () => {
      current = false;
    };
  }, [id, source, theme]);
  if (!picture) return fallback;
  return (
    <figure className="diagram" data-testid="diagram">
      <img src={picture.address} width={picture.width} height={picture.height} alt={fill(labels.diagram, { source })} />
    </figure>
  );
}
