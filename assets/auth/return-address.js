/** Where a person goes after they have signed in. */

/** What a path of this site looks like; "//" and "\" would lead a browser to another one, controls are dropped by it. */
const OWN_PATH = /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/;

/** Returns the address that the query's `next` names if it is a path of this site, else the start page. */
export function readNext(search) {
  const next = new URLSearchParams(search).get("next") ?? "";
  return OWN_PATH.test(next) ? next : "/";
}

/** Returns the address of the sign-in page that leads back to this one. */
export function signInAddress({ pathname, search }) {
  return `/sign-in?${new URLSearchParams({ next: pathname + search })}`;
}
