"""The pages, which put the regions together."""
