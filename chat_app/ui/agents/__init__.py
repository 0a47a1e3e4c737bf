"""The agents that a conversation can begin with."""
