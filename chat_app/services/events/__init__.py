"""Events: handing them to their readers, following sessions, and presence."""
