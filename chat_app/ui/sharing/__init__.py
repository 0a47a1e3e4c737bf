"""Who has the conversation that is shown, and what can be done about it."""
