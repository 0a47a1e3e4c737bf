"""Chat Sessions: durable conversations with agents."""
