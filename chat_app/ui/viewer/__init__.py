"""The viewer: the person who uses a tab."""
