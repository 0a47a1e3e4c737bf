/** The page that a person returns to after signing in. */

/** A path of this site. "//" and "\" would lead to another site, and browsers drop control characters. */
const OWN_PATH = /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/;

/** Returns the query's `next` if it is a path of this site, else the start page. */
export function readReturnAddress(search) {
  const next = new URLSearchParams(search).get("next") ?? "";
  return OWN_PATH.test(next) ? next : "/";
}

/** Returns the address of the sign-in page that returns to this location. */
export function signInAddress({ pathname, search }) {
  return `/sign-in?${new URLSearchParams({ next: pathname + search })}`;
}
