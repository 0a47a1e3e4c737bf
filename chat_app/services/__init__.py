"""The use cases: one function per thing that a person can do."""
