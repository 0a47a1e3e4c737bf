/** Formulas in Markdown: KaTeX is loaded with the first message that needs it. */
import { useEffect, useState } from "react";
import { boundFormulas } from "./formulas.js";

let loaded = null;
let loading = null;

async function load() {
  const [{ createMathPlugin }] = await Promise.all([import("@streamdown/math"), import("katex/dist/katex.min.css")]);
  const plugin = createMathPlugin({ errorColor: "var(--bad)" });
  loaded = { ...plugin, rehypePlugin: boundFormulas(plugin.rehypePlugin) };
}

/** Returns the plugin once it is loaded; until then formulas are shown as TeX. */
export function useMathPlugin(needed) {
  const [plugin, setPlugin] = useState(loaded);
  useEffect(() => {
    if (!needed || plugin) return undefined;
    let mounted = true;
    (loading ??= load()).then(() => mounted && setPlugin(loaded));
    return () => {
      mounted = false;
    };
  }, [needed, plugin]);
  return needed ? plugin : null;
}
