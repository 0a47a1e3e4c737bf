"""The header of the conversation."""
