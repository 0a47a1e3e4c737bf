"""Client of servers that speak OpenAI's chat-completions protocol, in all their dialects.

`model.py` is the model that the agent library calls; `request.py` writes a request, `sse.py` and `reader.py` read the
answer. `think_tags.py` and `tool_calls.py` normalize what servers send differently, and `errors.py` reads refusals.
"""
