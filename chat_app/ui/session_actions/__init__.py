"""What a person does with a session from its menu."""
