/** Which conversation is written in: the one of the address from the click on, the server's as soon as it has answered. */
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import { draftKey } from "./drafts.js";

const NEW = "new";

/** Returns {session_id, agent_key} of an address that names a conversation, else null. */
export function placeOf({ pathname, search }) {
  const [, chat, agent_key] = pathname.split("/");
  const session = new URLSearchParams(search).get("session");
  if (chat !== "chat" || !agent_key || !session) return null;
  return { session_id: session === NEW ? "" : session, agent_key: decodeURIComponent(agent_key) };
}

/**
 * Between a click that leads to another conversation and the server's answer lie some moments in which a person may
 * type already: what they type belongs to where they went.
 * @param {object} shown {session_id, agent_key} as the server says
 * @returns {object} {session_id, agent_key, moving}
 */
export function usePlace(shown) {
  const location = useLocation();
  const [answered, setAnswered] = useState(location.key);
  const named = placeOf(location);
  const arrived = !named || !shown.agent_key || draftKey(named) === draftKey(shown);
  useEffect(() => {
    if (arrived) setAnswered(location.key);
  }, [arrived, location.key]);
  // Once the server has answered, it alone decides: a conversation that gets its session keeps its old address here.
  const moving = !arrived && answered !== location.key;
  return { ...(moving ? named : shown), moving };
}
