"""React components for the page: our own from assets/, and those of packages."""
