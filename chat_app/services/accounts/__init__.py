"""Accounts: authentication, members, one-time links, tokens, passwords and preferences."""
