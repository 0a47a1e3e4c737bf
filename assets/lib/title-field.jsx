/** A title that is edited in place: Enter and leaving the field save, Escape cancels. */
import { useEffect, useRef } from "react";

/** Gives the focus to what stands in the field's place once it is gone, unless it went elsewhere. */
export function useFocusBack(editing, place) {
  const before = useRef(false);
  useEffect(() => {
    if (before.current && !editing && document.activeElement === document.body) place.current?.focus();
    before.current = editing;
  }, [editing]);
}

export function TitleField({ title, label, limit, onSave, onDone }) {
  const finished = useRef(false);
  const finish = (value) => {
    if (finished.current) return;
    finished.current = true;
    const text = value.trim();
    if (text && text !== title) onSave(text);
    onDone();
  };
  const onKeyDown = (event) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") {
      // The button that takes the field's place gets the focus, and would take the same press for its own.
      event.preventDefault();
      finish(event.target.value);
    }
    if (event.key === "Escape") finish(title);
  };
  return (
    <input
      className="title-field"
      aria-label={label}
      defaultValue={title}
      maxLength={limit}
      autoComplete="off"
      autoFocus
      onFocus={(event) => event.target.select()}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.target.value)}
      data-testid="title-field"
    />
  );
}
