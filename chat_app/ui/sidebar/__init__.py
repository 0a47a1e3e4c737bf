"""The sidebar: the list of sessions, and the ways to start, find and narrow."""
