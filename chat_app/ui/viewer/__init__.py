"""The person who uses a tab."""
