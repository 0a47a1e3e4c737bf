/** The header of a conversation: the title, which is edited in place, the agent's presence, sharing and the menu. */
import { useEffect, useRef, useState } from "react";
import { usePresence } from "../lib/connection.js";
import { SessionMenu } from "../sidebar/session-menu.jsx";
import { Share } from "../sharing/share.jsx";
import { TitleField, useFocusAfterEditing } from "../lib/title-field.jsx";
import { visible } from "../lib/visible-text.js";

/**
 * @param {object} session {id, href, title, archived, agent_key, agent_name}; an id of "" is a new
 *   conversation, an agent key of "" is no conversation
 */
export function SessionHeader(props) {
  const { session, presence, sharing, limit, labels, menuLabels, shareLabels, onRename } = props;
  const { looking, me, members, problem, onShare, onAdd, onRemove, onLeave, onEveryone, ...handlers } = props;
  const [editing, setEditing] = useState(false);
  const [menu, setMenu] = useState(false);
  const [saved, setSaved] = useState(null);
  const button = useRef(null);
  useFocusAfterEditing(editing, button);
  useEffect(() => setSaved(null), [session.id, session.title]);
  useEffect(() => setEditing(false), [session.id]);
  const title = saved ?? session.title;
  const [currentPresence, presenceText] = usePresence(presence, labels);
  const save = (text) => {
    setSaved(text);
    onRename(session.id, text);
  };
  const edit = () => setEditing(true);
  return (
    <>
      <div className="grow head-text">
        {editing && (
          <TitleField title={title} label={labels.title} limit={limit} onSave={save} onDone={() => setEditing(false)} />
        )}
        {editing ? (
          <h1 className="sr">{visible(title)}</h1>
        ) : (
          <h1 className={session.agent_key ? undefined : "sr"} data-testid="title">
            {session.id ? (
              <button type="button" className="title" ref={button} dir="auto" title={labels.rename_hint} onClick={edit}>
                {visible(title) || labels.untitled}
              </button>
            ) : (
              (session.agent_key && labels.new_session) || labels.no_session
            )}
          </h1>
        )}
        {session.agent_name && (
          <small data-testid="presence">
            <span className={`dot ${currentPresence}`} />
            <span>
              {session.agent_name} · {presenceText}
            </span>
          </small>
        )}
      </div>
      {session.id && sharing.visibility && (
        <Share
          {...{ session, sharing, looking, me, members, problem, onAdd, onRemove, onLeave, onEveryone }}
          labels={shareLabels}
          onOpen={onShare}
        />
      )}
      {session.id && (
        <SessionMenu
          session={{ ...session, title: visible(title) || labels.untitled, unread: 0 }}
          actions={{ ...handlers, onRename: edit }}
          labels={menuLabels}
          open={menu}
          onOpenChange={setMenu}
        />
      )}
    </>
  );
}
