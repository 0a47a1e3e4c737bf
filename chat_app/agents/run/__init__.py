"""Runs one turn: the workflow, the model's stream, tools, history and errors."""
