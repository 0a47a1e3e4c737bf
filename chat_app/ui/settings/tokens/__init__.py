"""The settings tab for tokens."""
