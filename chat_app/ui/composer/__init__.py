"""The composer: the message field and the outbox."""
