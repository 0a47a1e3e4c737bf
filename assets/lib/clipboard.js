/** Writes to the clipboard. */

/**
 * Copies a text. The Clipboard API exists in secure contexts only; over plain HTTP from another machine the text is
 * selected in a temporary field and copied with the deprecated command.
 */
export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const focused = document.activeElement;
  const field = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
}
