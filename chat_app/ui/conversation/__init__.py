"""The conversation that a tab shows: which one it is, who has it, and how its agent is."""
