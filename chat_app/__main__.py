"""`python -m chat_app` is the `chat-app` command."""

from chat_app.cli.main import app

app(prog_name="chat-app")
