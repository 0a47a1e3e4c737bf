"""Limits of what people and programs may do: rate limits, quotas and limits of sign-in attempts."""
