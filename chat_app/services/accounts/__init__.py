"""Accounts: authentication, logins, workspaces, members, invitations, one-time links, tokens and preferences."""
