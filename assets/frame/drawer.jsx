/** The place of the sidebar: a column, and on a phone a drawer over the page, which the back button closes. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { backButton } from "./back-button.js";
import { Icon } from "../lib/icon.jsx";

const PHONE = "(max-width: 720px)";
const MAIN = "main";

let open = false;
let opener = null;
const listeners = new Set();

function show(value) {
  open = value;
  for (const listener of listeners) listener();
}

/** The one drawer of this page. */
export const drawer = {
  /** Opens the drawer; the button gets the focus back. */
  open(button) {
    opener = button;
    backButton.take(() => show(false));
    show(true);
  },
  close: backButton.press,
  /** Closes the drawer for a navigation that takes the place of its entry in the history. */
  leave() {
    backButton.release();
    if (open) show(false);
  },
};

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns whether the sidebar is an open drawer now. */
export function useDrawerOpen() {
  return useSyncExternalStore(
    subscribe,
    () => open,
    () => false,
  );
}

/** Takes the keyboard past the sidebar; the address stays what it is. */
function SkipLink({ text }) {
  const skip = (event) => {
    event.preventDefault();
    document.getElementById(MAIN).focus();
  };
  return (
    <a className="skip" href={`#${MAIN}`} onClick={skip}>
      {text}
    </a>
  );
}

export function Drawer({ labels, children }) {
  const inDrawer = useDrawerOpen();
  const side = useRef(null);
  useEffect(() => {
    if (!inDrawer) return undefined;
    const main = document.getElementById(MAIN);
    const wide = window.matchMedia(`not all and ${PHONE}`);
    main.inert = true;
    side.current.focus();
    wide.addEventListener("change", drawer.close);
    return () => {
      wide.removeEventListener("change", drawer.close);
      main.inert = false;
      opener?.focus();
    };
  }, [inDrawer]);
  // React hands on the clicks in menus of the sidebar, though they lie elsewhere in the page.
  const onClick = (event) => {
    if (inDrawer && event.target.closest("[data-leaves-drawer]")) drawer.leave();
  };
  const onKeyDown = (event) => {
    if (inDrawer && event.key === "Escape" && !event.defaultPrevented) drawer.close();
  };
  const modal = inDrawer ? { role: "dialog", "aria-label": labels.sessions } : {};
  return (
    <>
      <div
        className={inDrawer ? "side open" : "side"}
        ref={side}
        tabIndex={-1}
        onClick={onClick}
        onKeyDown={onKeyDown}
        data-testid="sidebar"
        {...modal}
      >
        {!inDrawer && <SkipLink text={labels.skip} />}
        {children}
      </div>
      {inDrawer && <div className="scrim" onClick={drawer.close} data-testid="scrim" />}
    </>
  );
}

/** The button in the header that opens the drawer on a phone. */
export function DrawerButton({ labels }) {
  const inDrawer = useDrawerOpen();
  return (
    <button
      type="button"
      className="icon only-m"
      aria-label={labels.sessions}
      aria-expanded={inDrawer}
      onClick={(event) => drawer.open(event.currentTarget)}
      data-testid="drawer-button"
    >
      <Icon name="menu" />
    </button>
  );
}
