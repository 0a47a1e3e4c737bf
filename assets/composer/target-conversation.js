/** The conversation that the composer writes to. */
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import { draftKey } from "./drafts.js";

const NEW = "new";

/** Returns {session_id, agent_key} of an address that names a conversation, else null. */
function parseConversation({ pathname, search }) {
  const [, chat, agent_key] = pathname.split("/");
  const session = new URLSearchParams(search).get("session");
  if (chat !== "chat" || !agent_key || !session) return null;
  return { session_id: session === NEW ? "" : session, agent_key: decodeURIComponent(agent_key) };
}

/**
 * Returns the conversation of the address from a navigation until the server has answered it, and then the server's.
 * Text that is typed in between belongs to the conversation that the person went to.
 * @param {{session_id: string, agent_key: string}} current the conversation that the server shows
 * @returns {{session_id: string, agent_key: string, moving: boolean}} `moving` until the server has answered
 */
export function useTargetConversation(current) {
  const location = useLocation();
  const [answered, setAnswered] = useState(location.key);
  const target = parseConversation(location);
  const arrived = !target || !current.agent_key || draftKey(target) === draftKey(current);
  useEffect(() => {
    if (arrived) setAnswered(location.key);
  }, [arrived, location.key]);
  // Afterwards the address is ignored: a new conversation that gets its session keeps its old address in the router.
  const moving = !arrived && answered !== location.key;
  return { ...(moving ? target : current), moving };
}
