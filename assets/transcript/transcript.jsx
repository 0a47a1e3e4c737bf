// The region that shows a conversation. The server assigns patches to its ref's `value`; see transcript-store.js.
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import { outbox } from "../lib/outbox.js";
import { TranscriptContext } from "./context.js";
import { FindBar, useFindKey } from "./find-bar.jsx";
import { errorTitle, fill } from "./format.js";
import { List } from "./list.jsx";
import { TranscriptStore } from "./transcript-store.js";
import { WarmUp } from "./warm-up.jsx";

/** A screen reader is told this much of a finished answer, in characters; the rest is there to be read. */
const ANNOUNCED = 600;

/** Whether nothing more is to come in a group. */
const finished = (store, id) => ["actions", "error"].includes(store.group(id)?.rows.at(-1)?.kind);

/** What a screen reader is told of a finished group: its words, or what went wrong. */
function summary(store, labels, id) {
  const failure = store.group(id).rows.find((row) => row.kind === "error");
  if (failure) return `${errorTitle(labels, failure)}. ${failure.text}`;
  return fill(labels.answered, { text: store.markdown(id).slice(0, ANNOUNCED) });
}

/** Says each answer once, when it is whole: token by token nobody could listen to it. */
function useAnnouncer(store, labels, say) {
  useEffect(() => {
    let watched = null;
    let stop = () => {};
    const changed = () => {
      if (!finished(store, watched)) return;
      stop();
      say(summary(store, labels, watched));
      watched = null;
    };
    const watch = () => {
      const id = store.ids().at(-1) ?? null;
      if (id === null || id === watched || store.group(id).role === "user" || finished(store, id)) return;
      stop();
      watched = id;
      stop = store.subscribe(`group:${id}`, changed);
    };
    const unsubscribe = store.subscribe("list", watch);
    return () => {
      stop();
      unsubscribe();
    };
  }, [store]);
}

/** Says what others write as it comes; what was there before is there to be read. */
function useRemarks(store, labels, say) {
  useEffect(() => {
    let known = null;
    const look = () => {
      const { session, epoch } = store.list();
      const ids = store.ids();
      const last = ids.at(-1) ?? null;
      const { author, rows } = store.group(last) ?? {};
      const here = `${session} ${epoch}`;
      if (author && known?.here === here && known.count < ids.length && known.last !== last) {
        say(fill(labels.said, { author: author.name || labels.somebody, text: rows[0].text.slice(0, ANNOUNCED) }));
      }
      known = { here, last, count: ids.length };
    };
    look();
    return store.subscribe("list", look);
  }, [store]);
}

/** Shows the sends that are on their way, and tells the outbox which of them have their row. */
function useOutbox(store) {
  useEffect(() => {
    const take = () => store.setPending(outbox.snapshot());
    const arrived = () => {
      for (const send of store.arrived()) outbox.acknowledge(send.request_id, send.session_id);
    };
    take();
    const stops = [outbox.subscribe(take), store.subscribe("list", arrived)];
    return () => stops.forEach((stop) => stop());
  }, [store]);
}

/** Says whether the page can be seen: what nobody sees has not been read. */
function useVisibility(fire) {
  useEffect(() => {
    const tell = () => fire("onVisible", document.visibilityState === "visible");
    document.addEventListener("visibilitychange", tell);
    if (document.visibilityState !== "visible") tell();
    return () => document.removeEventListener("visibilitychange", tell);
  }, [fire]);
}

export function Transcript({ ref, labels, models, several, ...events }) {
  const latest = useRef(events);
  latest.current = events;
  const [said, say] = useState("");
  const [{ store, fire }] = useState(() => {
    const fire = (name, ...values) => latest.current[name]?.(...values);
    return { fire, store: new TranscriptStore({ onGap: (session) => fire("onGap", session) }) };
  });
  const context = useMemo(() => ({ store, labels, models, several, fire, say }), [store, labels, models, several]);
  const list = useRef(null);
  const [finding, setFinding] = useFindKey();

  const take = (patch) => (patch.op === "find" ? setFinding(true) : store.apply(patch));
  useImperativeHandle(ref, () => ({ set value(patch) { take(patch); } }), [store]);
  useEffect(() => {
    fire("onReady");
  }, [store]);
  useVisibility(fire);
  useOutbox(store);
  useAnnouncer(store, labels, say);
  useRemarks(store, labels, say);

  const show = (id) => list.current.show(id) || fire("onJump", store.list().session, id);
  return (
    <TranscriptContext value={context}>
      {finding && <FindBar scroller={list.current.element} show={show} close={() => setFinding(false)} />}
      <List handle={list} />
      <WarmUp />
      <div className="sr" role="status" aria-live="polite" data-testid="announcer">
        {said}
      </div>
    </TranscriptContext>
  );
}
