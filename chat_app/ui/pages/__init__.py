"""The pages: regions put together."""
