"""The messages of the conversation."""
