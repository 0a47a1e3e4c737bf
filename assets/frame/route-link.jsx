/** A link to another page that does not reload the app. */
import { Link } from "react-router";
import { useDrawerOpen } from "./drawer.jsx";

/** In the drawer it replaces the drawer's history entry, so that back leads to the page with the closed drawer. */
export function RouteLink(props) {
  return <Link {...props} replace={useDrawerOpen()} />;
}
