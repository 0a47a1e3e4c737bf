/** Where a person writes: a field that keeps its draft, and the outbox that brings what was sent to the server. */
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { useEachConnection, usePresence } from "./connection.js";
import { draftKey, drafts } from "./drafts.js";
import { Icon } from "./icons.jsx";
import { newId, outbox } from "./outbox-store.js";
import { usePlace } from "./place.js";
import { byTouch, isMac, keysHint, sends, shortcut } from "./send-key.js";
import { MentionList, useMentions } from "./mention-list.jsx";
import { TypingLine } from "./typing-line.jsx";
import { noMoreOften, typists } from "./typists.js";
import { fill, plural } from "../transcript/format.js";

/** Share of the limit from which on the characters are counted. */
const COUNT_FROM = 0.9;
/** Milliseconds in which a menu that closes gives the focus back to its button; a new conversation takes it then. */
const MENU_CLOSES = 60;
/** Milliseconds after which it is said again that somebody writes. */
const TYPING_PAUSE = 3_000;
const NOBODY = [];

/** Names what is kept for whom this page is; null until it is known. It outlives the component. */
let kept = null;

/**
 * Takes the drafts and the outbox of who writes. When the page changes hands, by another login or another workspace in
 * another tab, it begins anew: what it shows is the first one's.
 * @returns {boolean} whether it is known whose page this is
 */
function useShelf(shelf) {
  useLayoutEffect(() => {
    if (shelf === null || shelf === kept) return;
    if (kept !== null) {
      location.reload();
      return;
    }
    kept = shelf;
    drafts.belongTo(shelf);
    outbox.belongTo(shelf);
  }, [shelf]);
  return shelf !== null;
}

/** Sends what waits whenever there is a connection whose page knows its own state, and whose it is. */
function useOutbox({ hydrated, onSend, known }) {
  const send = useRef(onSend);
  send.current = onSend;
  useEachConnection(hydrated && known, () => {
    outbox.open((entry) => send.current(entry.request_id, entry.session_id ?? "", entry.agent_key, entry.text, kept));
    return () => outbox.close();
  });
}

/** The conversation that is written in now; `chat` names it until it has a session. It outlives the component. */
let place = { key: null, chat: newId() };

/**
 * Keeps the draft of each conversation. A conversation that gets its session while something is typed takes the
 * draft along.
 */
function useDraft({ session_id, agent_key, known }) {
  const key = draftKey({ session_id, agent_key });
  const [draft, setDraft] = useState({ text: "", error: "" });
  useLayoutEffect(() => {
    if (!known) return;
    const { key: before, chat } = place;
    if (before !== null && session_id && outbox.sessionOf(chat) === session_id) {
      const { text } = drafts.read(before);
      if (text) drafts.giveBack(key, { text, error: "" });
      drafts.write(before, { text: "" });
    }
    if (key !== before) place = { key, chat: newId() };
    setDraft(drafts.read(key));
  }, [key, known]);
  const write = (next) => {
    drafts.write(key, next);
    setDraft(next);
  };
  const giveBack = (entry, error) => {
    const target = draftKey(entry);
    drafts.giveBack(target, { text: entry.text, error });
    if (target === place.key) setDraft(drafts.read(target));
  };
  return { draft, write, giveBack, chat: () => place.chat };
}

/** Lets the field grow with its text where the style sheet alone can't. */
function useGrowth(field, text) {
  useLayoutEffect(() => {
    if (!field.current || CSS.supports("field-sizing", "content")) return;
    field.current.style.height = "auto";
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [field, text]);
}

/** Returns how many characters the text has, as the server counts them, once they come near the limit. */
function countNear(text, limit) {
  if (text.length < limit * COUNT_FROM) return null;
  let count = 0;
  for (const _ of text) count++;
  return count >= limit * COUNT_FROM ? count : null;
}

export function Composer({ ref, hydrated, ownerKey: shelf, sessionId, agentKey, running, closed, labels, onSend, ...rest }) {
  const known = useShelf(shelf);
  useOutbox({ hydrated, onSend, known });
  const { session_id, agent_key, moving } = usePlace({ session_id: sessionId, agent_key: agentKey });
  const { draft, write, giveBack, chat } = useDraft({ session_id, agent_key, known });
  /** Why something that was sent is not there yet. */
  const [delay, setDelay] = useState("");
  useImperativeHandle(ref, () => ({
    set value(patch) {
      if (patch.op === "typing") return void typists.apply(patch);
      setDelay(patch.op === "later" ? patch.text : "");
      if (patch.op === "sent") outbox.deliver(patch.request_id, patch.session_id);
      if (patch.op === "later") outbox.postpone(patch.request_id, patch.seconds);
      if (patch.op === "refused") outbox.refuse(patch.request_id, (entry) => giveBack(entry, patch.text));
    },
  }));
  const send = (text) => {
    const taken = outbox.send({ session_id: session_id || null, agent_key, chat: chat(), text });
    write(taken ? { text: "", error: "" } : { text, error: labels.outbox_full });
  };
  if (!agentKey || !known) return null;
  // What is known of people is known of the conversation that the server shows.
  const alone = { group: false, accompanied: false, people: NOBODY, mentions: false };
  const state = moving ? { running: false, closed: "", ...alone } : { running, closed };
  const shown = { text: draft.text, error: draft.error || delay };
  const field = { labels, draft: shown, write, send };
  return <Field sessionId={session_id} agentKey={agent_key} {...field} {...rest} {...state} />;
}

function Field({
  sessionId,
  agentKey,
  agentName,
  agentColor,
  agentInitial,
  presence,
  running,
  closed,
  group,
  accompanied,
  mentions,
  people,
  limit,
  sendKey,
  labels,
  draft,
  write,
  send,
  onStop,
  onTyping,
}) {
  const field = useRef(null);
  useGrowth(field, draft.text);
  const typing = useTyping(onTyping);
  const keys = { sendKey, touch: byTouch(), mac: isMac() };
  const agent = mentions ? { key: agentKey, name: agentName, color: agentColor, initial: agentInitial } : null;
  const change = (text) => write({ text, error: "" });
  const mention = useMentions({ field, text: draft.text, write: change, agent, people });
  useEffect(() => {
    if (byTouch()) return undefined;
    if (document.activeElement === document.body) field.current.focus();
    if (sessionId) return undefined;
    const timer = setTimeout(() => field.current.focus(), MENU_CLOSES);
    return () => clearTimeout(timer);
  }, [sessionId, agentKey]);

  const count = countNear(draft.text, limit);
  const over = count !== null && count > limit;
  const empty = !draft.text.trim();
  const canSend = !empty && !over && !closed;
  const stops = running && empty;
  const submit = (event) => {
    event?.preventDefault();
    if (canSend) {
      send(draft.text);
      // With the message they have stopped; what they type next is told at once.
      typing.forget();
    }
    field.current?.focus();
  };
  const onKeyDown = (event) => {
    // While an input method composes a word, the keys are its own; 229 is what some browsers report instead.
    if (event.nativeEvent.isComposing || event.keyCode === 229 || mention.onKeyDown(event)) return;
    if (!sends(event, keys)) return;
    event.preventDefault();
    submit();
  };
  const onChange = (event) => {
    change(event.target.value);
    mention.look();
    if (accompanied && event.target.value.trim()) typing.say(sessionId);
  };
  return (
    <form className="compose-form" onSubmit={submit} data-testid="composer">
      {accompanied && <TypingLine sessionId={sessionId} labels={labels} />}
      {draft.error && (
        <p className="compose-error" role="alert" data-testid="composer-error">
          {draft.error}
        </p>
      )}
      <div className="compose" onMouseDown={(event) => focusField(event, field.current)}>
        {mentions && <MentionList {...mention} labels={labels} />}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          placeholder={fill(labels.placeholder, { agent: agentName })}
          aria-label={fill(labels.placeholder, { agent: agentName })}
          aria-describedby="composer-hint"
          enterKeyHint="enter"
          disabled={Boolean(closed)}
          value={draft.text}
          onChange={onChange}
          onKeyDown={onKeyDown}
          onSelect={mention.look}
          onBlur={mention.leave}
          {...mention.aria}
          data-testid="composer-field"
        />
        <div className="tools">
          <Counter {...{ count, limit, over, labels }} />
          <span className="grow" />
          {stops ? (
            <button
              type="button"
              className="send"
              aria-label={labels.stop}
              onClick={() => onStop(sessionId)}
              data-testid="stop"
            >
              <svg viewBox="0 0 18 18" aria-hidden="true" className="filled">
                <rect x="5.5" y="5.5" width="7" height="7" rx="1.5" />
              </svg>
            </button>
          ) : (
            <button
              type="submit"
              className="send"
              aria-label={labels.send}
              aria-keyshortcuts={shortcut(keys)}
              disabled={!canSend}
              data-testid="send"
            >
              <Icon name="send" />
            </button>
          )}
        </div>
      </div>
      <Hint {...{ agentName, presence, closed, queues: running && !empty && !group, group, agentKey, keys, labels }} />
    </form>
  );
}

/** Returns what tells, now and then, that a person writes in the session with this id (see `noMoreOften`). */
function useTyping(onTyping) {
  const latest = useRef(onTyping);
  latest.current = onTyping;
  const [typing] = useState(() => noMoreOften(TYPING_PAUSE, (sessionId) => latest.current(sessionId)));
  return typing;
}

/** A press anywhere in the box is meant for the field. */
function focusField(event, field) {
  if (event.target.closest("button, textarea, [role=listbox]")) return;
  event.preventDefault();
  field?.focus();
}

/** Counts near the limit; beyond it a screen reader is told as well. */
function Counter({ count, limit, over, labels }) {
  return (
    <>
      <span className="counter" data-testid="counter">
        {count !== null && !over && fill(labels.characters, { count, limit })}
      </span>
      <span className="counter over" role="status" data-testid="too-long">
        {over && plural(labels.too_long, count - limit)}
      </span>
    </>
  );
}

function Hint({ agentName, agentKey, presence, closed, queues, group, keys, labels }) {
  const [seen, words] = usePresence(presence, labels);
  const idle = group && seen === "online";
  const said = queues && seen === presence ? labels.queues : idle ? labels.mention : words;
  const state = fill(said, { agent: agentName, key: agentKey });
  return (
    <div className={closed || queues || idle ? "hint told" : "hint"} id="composer-hint">
      <span data-testid="hint">
        <span className={`dot ${seen}`} />
        {closed || state}
      </span>
      <span className="keys" data-testid="keys">
        {keysHint(keys, labels)}
      </span>
    </div>
  );
}
