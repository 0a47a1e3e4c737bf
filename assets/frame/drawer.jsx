/** The sidebar's container: a column, or on a phone a drawer over the page, which the back button closes. */
import { useEffect, useRef } from "react";
import { backButton } from "./back-button.js";
import { Icon } from "../lib/icon.jsx";
import { Store } from "../lib/store.js";
import { useStore } from "../lib/use-store.js";

const PHONE = "(max-width: 720px)";
const MAIN = "main";

const isOpen = new Store(false);
let opener = null;

/** The drawer of this page. */
export const drawer = {
  /** Opens the drawer; the button gets the focus back when it closes. */
  open(button) {
    opener = button;
    backButton.capture(() => isOpen.set(false));
    isOpen.set(true);
  },
  close: backButton.press,
  /** Closes the drawer for a navigation that replaces its history entry. */
  leave() {
    backButton.release();
    isOpen.set(false);
  },
};

/** Returns whether the sidebar is an open drawer. */
export const useDrawerOpen = () => useStore(isOpen);

/** Moves the keyboard focus past the sidebar without changing the address. */
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
  const open = useDrawerOpen();
  const side = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
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
  }, [open]);
  // React also bubbles clicks in the sidebar's menus, which are portals elsewhere in the document.
  const onClick = (event) => {
    if (open && event.target.closest("[data-leaves-drawer]")) drawer.leave();
  };
  const onKeyDown = (event) => {
    if (open && event.key === "Escape" && !event.defaultPrevented) drawer.close();
  };
  const modal = open ? { role: "dialog", "aria-label": labels.sessions } : {};
  return (
    <>
      <div
        className={open ? "side open" : "side"}
        ref={side}
        tabIndex={-1}
        onClick={onClick}
        onKeyDown={onKeyDown}
        data-testid="sidebar"
        {...modal}
      >
        {!open && <SkipLink text={labels.skip} />}
        {children}
      </div>
      {open && <div className="scrim" onClick={drawer.close} data-testid="scrim" />}
    </>
  );
}

/** The button in the header that opens the drawer on a phone. */
export function DrawerButton({ labels }) {
  const open = useDrawerOpen();
  return (
    <button
      type="button"
      className="icon only-m"
      aria-label={labels.sessions}
      aria-expanded={open}
      onClick={(event) => drawer.open(event.currentTarget)}
      data-testid="drawer-button"
    >
      <Icon name="menu" />
    </button>
  );
}
