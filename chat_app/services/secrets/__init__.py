"""Secrets: sealing provider keys, and hashing what is handed out once."""
