/** Find in a conversation: matching messages, and highlighting matches without changing the DOM. */

/** Names of the highlights in the style sheet. */
const ALL = "found";
const CURRENT = "found-current";

/** Matches that are highlighted at once, in the rendered messages; a letter can have 100,000 of them. */
const MAX_RANGES = 2_000;

const normalize = (text) => text.toLocaleLowerCase();

/**
 * Returns the ids of the messages that contain the query, oldest first. Loaded messages are searched here, the others
 * were searched by the server.
 * @param {string[] | null} remote ids that the server found, oldest first
 */
export function findMessages(store, query, remote) {
  const wanted = normalize(query.trim());
  if (wanted === "") return [];
  const loaded = store.ids();
  const isLoaded = new Set(loaded);
  const local = loaded.filter((id) => normalize(store.searchableText(id)).includes(wanted));
  if (!remote) return local;
  const first = remote.findIndex((id) => isLoaded.has(id));
  const split = first === -1 ? (store.list().newer ? 0 : remote.length) : first;
  const isRemote = (id) => !isLoaded.has(id);
  return [...remote.slice(0, split).filter(isRemote), ...local, ...remote.slice(split).filter(isRemote)];
}

/** Returns the first ranges of the query in the text nodes of an element. */
function findRanges(root, query) {
  const ranges = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = normalize(node.data);
    for (let at = text.indexOf(query); at !== -1; at = text.indexOf(query, at + query.length)) {
      if (at + query.length > node.length) break;
      if (ranges.length === MAX_RANGES) return ranges;
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + query.length);
      ranges.push(range);
    }
  }
  return ranges;
}

/**
 * Highlights all matches in the DOM, and those in the current message more strongly.
 * @returns {Range | undefined} the first match in the current message
 */
export function highlightMatches(scroller, query, current) {
  clearHighlights();
  const wanted = normalize(query.trim());
  if (wanted === "" || !CSS.highlights) return undefined;
  const message = current && scroller.querySelector(`[data-message="${CSS.escape(current)}"]`);
  CSS.highlights.set(ALL, new Highlight(...findRanges(scroller, wanted)));
  const currentRanges = message ? findRanges(message, wanted) : [];
  CSS.highlights.set(CURRENT, new Highlight(...currentRanges));
  return currentRanges[0];
}

export function clearHighlights() {
  CSS.highlights?.delete(ALL);
  CSS.highlights?.delete(CURRENT);
}
