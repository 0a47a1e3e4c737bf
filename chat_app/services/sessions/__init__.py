"""Sessions: commands, queries and participants."""
