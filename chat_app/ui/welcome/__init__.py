"""What a person sees before there is a conversation."""
