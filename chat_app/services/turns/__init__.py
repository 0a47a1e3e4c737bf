"""Turns: asking an agent, recording its answer, and the life of a turn."""
