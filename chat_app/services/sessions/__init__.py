"""Sessions: what people do with them, what they read of them, and who takes part."""
