"""Tables, engine, and the modules that turn rows into domain objects and back."""
