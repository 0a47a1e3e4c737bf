/** A link to another page, which is gone to without loading everything anew. */
import { Link } from "react-router";
import { useDrawerOpen } from "./drawer.jsx";

/** In the drawer it takes the place of the drawer's entry in the history: back leads to where the drawer was opened. */
export function RouteLink(props) {
  return <Link {...props} replace={useDrawerOpen()} />;
}
