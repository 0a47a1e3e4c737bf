"""The composer: where a person writes."""
