/** The composer's form: the text field with its counter, hint, mentions, and the buttons to send and to stop. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { MentionList, useMentions } from "./mention-list.jsx";
import { isMac, isTouchDevice, keysHint, keyShortcut, sends } from "./send-key.js";
import { throttleByKey } from "./throttle.js";
import { TypingLine } from "./typing-line.jsx";
import { countCodePoints } from "../lib/code-points.js";
import { usePresence } from "../lib/connection.js";
import { fill, plural } from "../lib/format.js";
import { Icon } from "../lib/icon.jsx";
import { editable } from "../lib/visible-text.js";

/** Share of the limit from which the counter is shown. */
const COUNT_FROM = 0.9;
/** Milliseconds until a closing menu has returned the focus to its button; a new conversation then takes it. */
const MENU_CLOSES_IN = 60;
/** Lines that a browser itself inserts into the field; 200 take it a few milliseconds. */
const MAX_PASTED_LINES = 200;
/** Milliseconds between two reports that the person is typing. */
const TYPING_INTERVAL = 3_000;

/** Grows the field with its text in browsers without `field-sizing`. */
function useAutoHeight(field, text) {
  useLayoutEffect(() => {
    if (!field.current || CSS.supports("field-sizing", "content")) return;
    field.current.style.height = "auto";
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [field, text]);
}

/**
 * Makes what is pasted or dropped into the field harmless for the browser's layout, before it gets there. Text of many
 * lines is put in as a whole: browsers insert line by line, which takes a time that is quadratic in their number.
 */
function useEditableInput(field) {
  useEffect(() => {
    const element = field.current;
    const take = (event, text) => {
      if (!text || (editable(text) === text && text.split("\n", MAX_PASTED_LINES + 1).length <= MAX_PASTED_LINES)) return;
      event.preventDefault();
      element.setRangeText(editable(text), element.selectionStart, element.selectionEnd, "end");
      element.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const listeners = {
      beforeinput: (event) => take(event, event.data),
      paste: (event) => take(event, event.clipboardData?.getData("text/plain")),
      drop: (event) => take(event, event.dataTransfer?.getData("text/plain")),
    };
    for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, listener);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) element.removeEventListener(type, listener);
    };
  }, [field]);
}

/** Returns the number of characters, or null while it is far from the limit. */
function countNearLimit(text, limit) {
  if (text.length < limit * COUNT_FROM) return null;
  const count = countCodePoints(text);
  return count >= limit * COUNT_FROM ? count : null;
}

/** Returns a throttled report that the person is typing in a session. */
function useTypingReport(onTyping) {
  const latest = useRef(onTyping);
  latest.current = onTyping;
  const [report] = useState(() => throttleByKey(TYPING_INTERVAL, (sessionId) => latest.current(sessionId)));
  return report;
}

/** Focuses the field when the box around it is pressed. */
function focusField(event, field) {
  if (event.target.closest("button, textarea, [role=listbox]")) return;
  event.preventDefault();
  field?.focus();
}

export function MessageField({
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
  useAutoHeight(field, draft.text);
  useEditableInput(field);
  const typing = useTypingReport(onTyping);
  // A draft may be older than this rule, or come back from the server.
  const shown = useMemo(() => editable(draft.text), [draft.text]);
  const keys = { sendKey, touch: isTouchDevice(), mac: isMac() };
  const agent = mentions ? { key: agentKey, name: agentName, color: agentColor, initial: agentInitial } : null;
  const change = (text) => write({ text: editable(text), error: "" });
  const mention = useMentions({ field, text: draft.text, write: change, agent, people });
  useEffect(() => {
    if (isTouchDevice()) return undefined;
    if (document.activeElement === document.body) field.current.focus();
    if (sessionId) return undefined;
    const timer = setTimeout(() => field.current.focus(), MENU_CLOSES_IN);
    return () => clearTimeout(timer);
  }, [sessionId, agentKey]);

  const count = countNearLimit(draft.text, limit);
  const over = count !== null && count > limit;
  const empty = !draft.text.trim();
  const canSend = !empty && !over && !closed;
  const submit = (event) => {
    event?.preventDefault();
    if (canSend) {
      send(draft.text);
      typing.reset();
    }
    field.current?.focus();
  };
  const onKeyDown = (event) => {
    // Keys during composition belong to the input method; some browsers report them as key code 229.
    if (event.nativeEvent.isComposing || event.keyCode === 229 || mention.onKeyDown(event)) return;
    if (!sends(event, keys)) return;
    event.preventDefault();
    submit();
  };
  const onChange = (event) => {
    change(event.target.value);
    mention.updateCaret();
    if (accompanied && event.target.value.trim()) typing.call(sessionId);
  };
  const placeholder = fill(labels.placeholder, { agent: agentName });
  return (
    <form onSubmit={submit} data-testid="composer">
      {accompanied && <TypingLine sessionId={sessionId} labels={labels} />}
      {draft.error && (
        <p className="compose-error" role="alert" data-testid="composer-error">
          {draft.error}
        </p>
      )}
      <div className="compose" onMouseDown={(event) => focusField(event, field.current)}>
        {mentions && <MentionList {...mention.list} labels={labels} />}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          placeholder={placeholder}
          aria-label={placeholder}
          aria-describedby="composer-hint"
          enterKeyHint="enter"
          disabled={Boolean(closed)}
          value={shown}
          onChange={onChange}
          onKeyDown={onKeyDown}
          onSelect={mention.updateCaret}
          onBlur={mention.close}
          {...mention.fieldProps}
          data-testid="composer-field"
        />
        <div className="tools">
          <Counter {...{ count, limit, over, labels }} />
          <span className="grow" />
          {running && empty ? (
            <StopButton onClick={() => onStop(sessionId)} label={labels.stop} />
          ) : (
            <SendButton disabled={!canSend} label={labels.send} shortcut={keyShortcut(keys)} />
          )}
        </div>
      </div>
      <Hint {...{ agentName, presence, closed, queues: running && !empty && !group, group, agentKey, keys, labels }} />
    </form>
  );
}

function SendButton({ disabled, label, shortcut }) {
  return (
    <button
      type="submit"
      className="send"
      aria-label={label}
      aria-keyshortcuts={shortcut}
      disabled={disabled}
      data-testid="send"
    >
      <Icon name="send" />
    </button>
  );
}

function StopButton({ onClick, label }) {
  return (
    <button type="button" className="send" aria-label={label} onClick={onClick} data-testid="stop">
      <svg viewBox="0 0 18 18" aria-hidden="true" className="filled">
        <rect x="5.5" y="5.5" width="7" height="7" rx="1.5" />
      </svg>
    </button>
  );
}

/** Shows the number of characters near the limit; screen readers announce when it is exceeded. */
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

/** Shows the agent's presence, or what is more important: why nothing can be sent, or what happens after sending. */
function Hint({ agentName, agentKey, presence, closed, queues, group, keys, labels }) {
  const [currentPresence, presenceText] = usePresence(presence, labels);
  const needsMention = group && currentPresence === "online";
  const template =
    queues && currentPresence === presence ? labels.queues : needsMention ? labels.mention : presenceText;
  return (
    <div className={closed || queues || needsMention ? "hint told" : "hint"} id="composer-hint">
      <span data-testid="hint">
        <span className={`dot ${currentPresence}`} />
        {closed || fill(template, { agent: agentName, key: agentKey })}
      </span>
      <span className="keys" data-testid="keys">
        {keysHint(keys, labels)}
      </span>
    </div>
  );
}
