"""Secrets: encrypted provider keys, and hashed secrets of logins, tokens and links."""
