"""Models: providers, model ids and keys, the embedded models, and the scripted model of the tests."""
