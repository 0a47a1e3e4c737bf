"""Turns: sending messages, recording answers, and the life of a turn."""
