/** The composer: connects the text field with the drafts, the outbox and the patches from the server. */
import { useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { drafts } from "./drafts.js";
import { MessageField } from "./message-field.jsx";
import { useTargetConversation } from "./target-conversation.js";
import { typists } from "./typists.js";
import { useDraft } from "./use-draft.js";
import { useEachConnection } from "../lib/connection.js";
import { outbox } from "../lib/outbox.js";

const NOBODY = [];

/** The owner of this page's drafts and outbox, null while it is not known. It outlives the component. */
let pageOwner = null;

/**
 * Sets the owner of the drafts and the outbox. When it changes, because another tab signed in as somebody else or
 * entered another workspace, the page is reloaded: it shows the previous owner's content.
 * @returns {boolean} whether the owner is known
 */
function useOwner(ownerKey) {
  useLayoutEffect(() => {
    if (ownerKey === null || ownerKey === pageOwner) return;
    if (pageOwner !== null) {
      location.reload();
      return;
    }
    pageOwner = ownerKey;
    drafts.setOwner(ownerKey);
    outbox.setOwner(ownerKey);
  }, [ownerKey]);
  return ownerKey !== null;
}

/** Sends the outbox over each connection whose page has its state and a known owner. */
function useOutbox({ hydrated, onSend, known }) {
  const send = useRef(onSend);
  send.current = onSend;
  useEachConnection(hydrated && known, () => {
    outbox.connect((entry) =>
      send.current(entry.request_id, entry.session_id ?? "", entry.agent_key, entry.text, pageOwner),
    );
    return () => outbox.disconnect();
  });
}

export function Composer({ ref, hydrated, ownerKey, sessionId, agentKey, running, closed, labels, onSend, ...rest }) {
  const known = useOwner(ownerKey);
  useOutbox({ hydrated, onSend, known });
  const { session_id, agent_key, moving } = useTargetConversation({ session_id: sessionId, agent_key: agentKey });
  const { draft, write, restore, chat } = useDraft({ session_id, agent_key, known });
  /** Why the server does not accept a sent message yet. */
  const [delay, setDelay] = useState("");
  useImperativeHandle(ref, () => ({
    set value(patch) {
      if (patch.op === "typing") return void typists.apply(patch);
      setDelay(patch.op === "later" ? patch.text : "");
      if (patch.op === "sent") outbox.deliver(patch.request_id, patch.session_id);
      if (patch.op === "later") outbox.postpone(patch.request_id, patch.seconds);
      if (patch.op === "refused") outbox.refuse(patch.request_id, (entry) => restore(entry, patch.text));
    },
  }));
  const send = (text) => {
    const added = outbox.add({ session_id: session_id || null, agent_key, chat: chat(), text });
    write(added ? { text: "", error: "" } : { text, error: labels.outbox_full });
  };
  if (!agentKey || !known) return null;
  // While moving, the server's state describes the previous conversation.
  const alone = { group: false, accompanied: false, people: NOBODY, mentions: false };
  const state = moving ? { running: false, closed: "", ...alone } : { running, closed };
  const shownDraft = { text: draft.text, error: draft.error || delay };
  return (
    <MessageField
      sessionId={session_id}
      agentKey={agent_key}
      draft={shownDraft}
      {...{ labels, write, send }}
      {...rest}
      {...state}
    />
  );
}
