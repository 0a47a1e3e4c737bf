"""The settings tab for provider keys."""
