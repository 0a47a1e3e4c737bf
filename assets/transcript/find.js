// Finding in a conversation: which messages hold the words, and painting them without touching the DOM.

const ALL = "found";
const CURRENT = "found-current";

const folded = (text) => text.toLocaleLowerCase();

/**
 * The ids of the messages that hold `query`, oldest first: what is loaded is searched here, what is not was searched
 * by the server.
 * @param {string[] | null} remote ids that the server found, oldest first
 */
export function matching(store, query, remote) {
  const wanted = folded(query.trim());
  if (wanted === "") return [];
  const loaded = store.ids();
  const known = new Set(loaded);
  const here = loaded.filter((id) => folded(store.searchable(id)).includes(wanted));
  if (!remote) return here;
  const first = remote.findIndex((id) => known.has(id));
  const edge = first === -1 ? (store.list().newer ? 0 : remote.length) : first;
  const unloaded = (id) => !known.has(id);
  return [...remote.slice(0, edge).filter(unloaded), ...here, ...remote.slice(edge).filter(unloaded)];
}

/** Ranges of `query` in the text nodes under `root`. */
function rangesIn(root, query) {
  const ranges = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = folded(node.data);
    for (let at = text.indexOf(query); at !== -1; at = text.indexOf(query, at + query.length)) {
      if (at + query.length > node.length) break;
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + query.length);
      ranges.push(range);
    }
  }
  return ranges;
}

/**
 * Paints every place of `query` that is drawn, and the current message's more strongly.
 * @returns {Range | undefined} the first place in the current message
 */
export function paint(scroller, query, current) {
  clearPaint();
  const wanted = folded(query.trim());
  if (wanted === "" || !CSS.highlights) return undefined;
  const message = current && scroller.querySelector(`[data-message="${CSS.escape(current)}"]`);
  CSS.highlights.set(ALL, new Highlight(...rangesIn(scroller, wanted)));
  const strong = message ? rangesIn(message, wanted) : [];
  CSS.highlights.set(CURRENT, new Highlight(...strong));
  return strong[0];
}

export function clearPaint() {
  CSS.highlights?.delete(ALL);
  CSS.highlights?.delete(CURRENT);
}
