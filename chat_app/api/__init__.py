"""REST and server-sent events: parse, call a service, serialize."""
