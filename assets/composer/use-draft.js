/** The draft of the conversation that the composer writes to. */
import { useLayoutEffect, useState } from "react";
import { draftKey, drafts } from "./drafts.js";
import { newId, outbox } from "../lib/outbox.js";

/**
 * The conversation of the composer; `chat` identifies it while it has no session. It outlives the component, which a
 * navigation can mount again.
 */
let conversation = { key: null, chat: newId() };

/**
 * Keeps the draft of each conversation. When a new conversation gets its session, its draft moves there.
 * @param {boolean} known whether the owner of the drafts is known
 * @returns {{draft: {text: string, error: string}, write: Function, restore: Function, chat: () => string}}
 */
export function useDraft({ session_id, agent_key, known }) {
  const key = draftKey({ session_id, agent_key });
  const [draft, setDraft] = useState({ text: "", error: "" });
  useLayoutEffect(() => {
    if (!known) return;
    const { key: previous, chat } = conversation;
    if (previous !== null && session_id && outbox.sessionOf(chat) === session_id) {
      const { text } = drafts.read(previous);
      if (text) drafts.restore(key, { text, error: "" });
      drafts.write(previous, { text: "" });
    }
    if (key !== previous) conversation = { key, chat: newId() };
    setDraft(drafts.read(key));
  }, [key, known]);
  const write = (next) => {
    drafts.write(key, next);
    setDraft(next);
  };
  const restore = (entry, error) => {
    const target = draftKey(entry);
    drafts.restore(target, { text: entry.text, error });
    if (target === conversation.key) setDraft(drafts.read(target));
  };
  return { draft, write, restore, chat: () => conversation.chat };
}
