"""The settings: members, tokens, and the person's own account."""
