/** A row of the session list: a link to the session and its menu. */
import { memo, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { SessionMenu } from "./session-menu.jsx";
import { drawer } from "../frame/drawer.jsx";
import { Avatar } from "../lib/avatar.jsx";
import { fill, plural } from "../lib/format.js";
import { TitleField, useFocusAfterEditing } from "../lib/title-field.jsx";
import { visible } from "../lib/visible-text.js";

/** The largest number that a badge shows. */
const MAX_COUNT = 99;

/** Frames within which a new row becomes visible: the list hides it until it is measured. */
const MAX_FRAMES = 10;

function focusOnceVisible(link, frames) {
  link.current?.focus({ preventScroll: true });
  if (frames === 0 || document.activeElement === link.current) return;
  requestAnimationFrame(() => focusOnceVisible(link, frames - 1));
}

function Preview({ item, labels }) {
  if (item.live === "thinking") return <span className="typing">{labels.thinking}</span>;
  if (item.live === "blocked") return <span className="blocked">{labels.blocked}</span>;
  const text = item.mine && item.preview ? fill(labels.you, { text: item.preview }) : item.preview;
  return (
    <>
      {item.origin && <span className={`chip ${item.origin.toLowerCase()}`}>{item.origin}</span>}
      <span dir="auto">{visible(text) || labels.no_messages}</span>
    </>
  );
}

/** Returns what screen readers say after the title in place of the badge and the avatar. */
function descriptionOf(item, labels) {
  const unread = item.unread > 0 ? [plural(labels.unread, item.unread)] : [];
  return ["", item.agent_name, ...unread].join(", ");
}

/**
 * @param {object} item as the server sends it
 * @param {string} time formatted
 * @param {boolean} current whether it is the row in the tab order
 * @param {boolean} inDrawer whether the list is in the drawer, whose history entry the session then replaces
 * @param {object} actions those of the menu, and onFocus(id), onOpen(id), claimFocus()
 */
export const SessionRow = memo(function SessionRow(props) {
  const { item, time, selected, current, inDrawer, limit, labels, menuLabels, actions } = props;
  const [editing, setEditing] = useState(false);
  const [menu, setMenu] = useState(false);
  const link = useRef(null);
  useFocusAfterEditing(editing, link);
  useEffect(() => {
    if (current && actions.claimFocus()) focusOnceVisible(link, MAX_FRAMES);
  }, [current]);
  const onContextMenu = (event) => {
    // A long press opens the menu on touch screens; a mouse gets the browser's menu for links.
    if (event.nativeEvent.pointerType !== "touch") return;
    event.preventDefault();
    setMenu(true);
  };
  const onClick = (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (inDrawer && selected) {
      event.preventDefault();
      drawer.close();
    } else {
      actions.onOpen(item.id);
      drawer.leave();
    }
  };
  const classes = ["row", selected && "sel", item.unread > 0 && "new", menu && "open"].filter(Boolean).join(" ");
  const title = visible(item.title) || labels.untitled;
  return (
    <div className={classes} data-testid="session-row" data-session={item.id} onContextMenu={onContextMenu}>
      <Avatar initial={item.initial} color={item.color} title={item.agent_name}>
        {item.live !== "idle" && <i className={item.live} />}
      </Avatar>
      {editing ? (
        <TitleField
          title={item.title}
          label={labels.title}
          limit={limit}
          onSave={(text) => actions.onRename(item.id, text)}
          onDone={() => setEditing(false)}
        />
      ) : (
        <Link
          to={item.href}
          replace={inDrawer}
          preventScrollReset
          className="row-link"
          ref={link}
          dir="auto"
          tabIndex={current ? 0 : -1}
          aria-current={selected ? "page" : undefined}
          onClick={onClick}
          onFocus={() => actions.onFocus(item.id)}
        >
          {title}
          <span className="sr">{descriptionOf(item, labels)}</span>
        </Link>
      )}
      <time dateTime={item.at}>{time}</time>
      <p>
        <Preview item={item} labels={labels} />
      </p>
      {item.unread > 0 && (
        <span className="count" aria-hidden="true" data-testid="unread">
          {item.unread > MAX_COUNT ? `${MAX_COUNT}+` : item.unread}
        </span>
      )}
      <SessionMenu
        session={{ ...item, title }}
        actions={{ ...actions, onRename: () => setEditing(true) }}
        labels={menuLabels}
        open={menu}
        onOpenChange={setMenu}
        tabIndex={current ? 0 : -1}
      />
    </div>
  );
});
