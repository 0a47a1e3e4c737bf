"""REST API and server-sent events: routes that parse a request, call a service and serialize the result."""
