"""The settings tab for the audit log."""
