/** Unicode code points, the unit in which the server counts characters; JavaScript counts UTF-16 units. */

/** Returns the number of code points of a text. */
export function countCodePoints(text) {
  let count = 0;
  for (let index = 0; index < text.length; index += text.codePointAt(index) > 0xffff ? 2 : 1) count += 1;
  return count;
}

/** Returns the text without its first `count` code points. */
export function dropCodePoints(text, count) {
  let index = 0;
  for (; count > 0 && index < text.length; count -= 1) index += text.codePointAt(index) > 0xffff ? 2 : 1;
  return text.slice(index);
}
