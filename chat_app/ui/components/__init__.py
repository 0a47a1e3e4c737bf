"""React components of the page, from `assets/` and from packages."""
