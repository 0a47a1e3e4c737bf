"""Events: their distribution, following sessions, and presence."""
