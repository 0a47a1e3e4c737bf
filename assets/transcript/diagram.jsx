/** A mermaid diagram, shown as an image. The library is loaded with the first diagram. */
import { createMermaidPlugin } from "@streamdown/mermaid";
import { useEffect, useId, useState, useSyncExternalStore } from "react";
import { useTranscript } from "./context.js";
import { fill } from "../lib/format.js";

/**
 * What could make the browser load a resource while mermaid measures the diagram in the page: CSS URLs and escapes,
 * images in nodes, and directives, which can contain CSS. Such a source is shown as code.
 */
const MAY_LOAD = /url\s*\(|@import|\\|\b(?:img|image|icon)\s*:|<\s*\w|%%\{|^---/im;

const plugin = createMermaidPlugin();

const isDark = () => document.documentElement.classList.contains("dark");

function subscribeTheme(listener) {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  return () => observer.disconnect();
}

/** The last drawing of a diagram; the next one waits for it and for a pause in which the page can react. */
let last = Promise.resolve();

function render(id, source, theme) {
  const drawing = last.then(() => new Promise((resume) => setTimeout(resume))).then(() => draw(id, source, theme));
  last = drawing.catch(() => {});
  return drawing;
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

/** An SVG in an image element runs no scripts and loads nothing. */
export default function Diagram({ source, fallback }) {
  const { labels } = useTranscript();
  const id = `diagram${useId().replace(/\W/g, "")}`;
  const theme = useSyncExternalStore(subscribeTheme, isDark) ? "dark" : "neutral";
  const [image, setImage] = useState(null);
  useEffect(() => {
    let current = true;
    // After a change of the theme, the old image stays until the new one is rendered.
    setImage((rendered) => (rendered?.source === source ? rendered : null));
    if (MAY_LOAD.test(source)) return undefined;
    render(id, source, theme).then(
      (rendered) => current && setImage({ ...rendered, source }),
      () => current && setImage(null),
    );
    return () => {
      current = false;
    };
  }, [id, source, theme]);
  if (!image) return fallback;
  return (
    <figure className="diagram" data-testid="diagram">
      <img src={image.address} width={image.width} height={image.height} alt={fill(labels.diagram, { source })} />
    </figure>
  );
}
