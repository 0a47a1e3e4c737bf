"""The head of the conversation that is shown."""
