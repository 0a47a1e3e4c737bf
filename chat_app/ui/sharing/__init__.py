"""The sharing dialog: who has the conversation."""
