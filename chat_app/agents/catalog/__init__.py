"""The agents of an installation: the agents file, the default file, and discovery of models."""
