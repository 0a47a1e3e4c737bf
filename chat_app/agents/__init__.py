"""What an agent is and how a turn runs."""
