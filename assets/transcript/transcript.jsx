/** The region that shows a conversation. The server assigns patches to its ref's `value` (see transcript-store.js). */
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import { TranscriptContext } from "./context.js";
import { FindBar, useFindKey } from "./find-bar.jsx";
import { errorTitle } from "./format.js";
import { List } from "./list.jsx";
import { TranscriptStore } from "./transcript-store.js";
import { WarmUp } from "./warm-up.jsx";
import { fill } from "../lib/format.js";
import { outbox } from "../lib/outbox.js";

/** The most characters of a message that are announced to screen readers. */
const MAX_ANNOUNCED = 600;

/** Whether a group is complete. */
const isFinished = (store, id) => ["actions", "error"].includes(store.group(id)?.rows.at(-1)?.kind);

/** Returns the announcement of a finished group: its text, or what went wrong. */
function summary(store, labels, id) {
  const failure = store.group(id).rows.find((row) => row.kind === "error");
  if (failure) return `${errorTitle(labels, failure)}. ${failure.text}`;
  return fill(labels.answered, { text: store.markdown(id).slice(0, MAX_ANNOUNCED) });
}

/** Announces each answer to screen readers once it is complete. */
function useAnswerAnnouncer(store, labels, announce) {
  useEffect(() => {
    let watched = null;
    let stop = () => {};
    const onChange = () => {
      if (!isFinished(store, watched)) return;
      stop();
      announce(summary(store, labels, watched));
      watched = null;
    };
    const watch = () => {
      const id = store.ids().at(-1) ?? null;
      if (id === null || id === watched || store.group(id).role !== "assistant" || isFinished(store, id)) return;
      stop();
      watched = id;
      stop = store.subscribe(`group:${id}`, onChange);
    };
    const unsubscribe = store.subscribe("list", watch);
    return () => {
      stop();
      unsubscribe();
    };
  }, [store]);
}

/** Announces new messages of other people to screen readers. */
function useMessageAnnouncer(store, labels, announce) {
  useEffect(() => {
    let previous = null;
    const check = () => {
      const { session, epoch } = store.list();
      const ids = store.ids();
      const last = ids.at(-1) ?? null;
      const { author, rows } = store.group(last) ?? {};
      const view = `${session} ${epoch}`;
      const isNew = previous?.view === view && previous.count < ids.length && previous.last !== last;
      if (isNew && author) {
        announce(
          fill(labels.said, { author: author.name || labels.somebody, text: rows[0].text.slice(0, MAX_ANNOUNCED) }),
        );
      } else if (isNew && rows?.[0]?.kind === "people") announce(fill(labels.people[rows[0].change], rows[0]));
      previous = { view, last, count: ids.length };
    };
    check();
    return store.subscribe("list", check);
  }, [store]);
}

/** Shows the messages of the outbox, and acknowledges those that have their row. */
function useOutbox(store) {
  useEffect(() => {
    const update = () => store.setPending(outbox.messages.snapshot());
    const acknowledge = () => {
      for (const message of store.acknowledged()) outbox.acknowledge(message.request_id, message.session_id);
    };
    update();
    const unsubscribes = [outbox.messages.subscribe(update), store.subscribe("list", acknowledge)];
    return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
  }, [store]);
}

/** Reports whether the page is visible: messages on a hidden page are not marked as read. */
function useVisibility(fire) {
  useEffect(() => {
    const report = () => fire("onVisible", document.visibilityState === "visible");
    document.addEventListener("visibilitychange", report);
    if (document.visibilityState !== "visible") report();
    return () => document.removeEventListener("visibilitychange", report);
  }, [fire]);
}

export function Transcript({ ref, labels, models, several, ...events }) {
  const latest = useRef(events);
  latest.current = events;
  const [announcement, announce] = useState("");
  const [{ store, fire }] = useState(() => {
    const fire = (name, ...values) => latest.current[name]?.(...values);
    return { fire, store: new TranscriptStore({ onGap: (session) => fire("onGap", session) }) };
  });
  const context = useMemo(() => ({ store, labels, models, several, fire, announce }), [store, labels, models, several]);
  const list = useRef(null);
  const [finding, setFinding] = useFindKey();

  useImperativeHandle(
    ref,
    () => ({
      set value(patch) {
        if (patch.op === "find") setFinding(true);
        else store.apply(patch);
      },
    }),
    [store],
  );
  useEffect(() => {
    fire("onReady");
  }, [store]);
  useVisibility(fire);
  useOutbox(store);
  useAnswerAnnouncer(store, labels, announce);
  useMessageAnnouncer(store, labels, announce);

  const show = (id) => list.current.show(id) || fire("onJump", store.list().session, id);
  return (
    <TranscriptContext value={context}>
      {finding && <FindBar scroller={list.current.element} show={show} close={() => setFinding(false)} />}
      <List handle={list} />
      <WarmUp />
      <div className="sr" role="status" aria-live="polite" data-testid="announcer">
        {announcement}
      </div>
    </TranscriptContext>
  );
}
