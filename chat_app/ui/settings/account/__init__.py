"""The settings tab for the own account."""
