/** A title that is edited in place: Enter and leaving the field save it, Escape cancels. */
import { useEffect, useRef } from "react";

/** Moves the focus to the element that replaces the field after editing, unless the focus went elsewhere. */
export function useFocusAfterEditing(editing, target) {
  const before = useRef(false);
  useEffect(() => {
    if (before.current && !editing && document.activeElement === document.body) target.current?.focus();
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
      // The button that replaces the field gets the focus, and this key press would activate it.
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
