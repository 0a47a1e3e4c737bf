"""The tabs of the settings: a module for the state of each, and one for its view."""
