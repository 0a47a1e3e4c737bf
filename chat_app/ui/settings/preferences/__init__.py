"""The settings tab for preferences."""
