"""ASGI middleware in front of the app: authentication, host and origin checks, size limits, response headers."""
