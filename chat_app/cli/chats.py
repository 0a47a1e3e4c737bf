"""The commands for conversations: agents, list, show, read and send."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Annotated, Any
from uuid import uuid4

import typer

from chat_app.cli.choices import LAST_OF_A_TURN, ORIGIN, PRIVATE
from chat_app.cli.client import DEFAULT_URL, Server, ServerError, Url
from chat_app.cli.fetching import ModelProgress

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SessionId = Annotated[str, typer.Argument(help="ID of the session.")]


def agents(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the agents."""
    items = Server(url).call("GET", "/v1/agents")["items"]
    if as_json:
        print_json(items)
        return
    for agent in items:
        say(f"{agent['key']:<20} {agent['name']:<20} {agent['model']}")


def list_sessions(
    *,
    agent: Annotated[str | None, typer.Option(help="Only sessions with this agent.")] = None,
    unread: Annotated[bool, typer.Option(help="Only sessions with unread messages.")] = False,
    archived: Annotated[bool, typer.Option(help="Only archived sessions.")] = False,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List your sessions, most recent activity first."""
    params: dict[str, Any] = {"unread": unread, "archived": archived, **({"agent_key": agent} if agent else {})}
    rows = Server(url).pages("/v1/chat", **params)
    if as_json:
        print_json(list(rows))
        return
    for row in rows:
        badge = f"({row['unread']})" if row["unread"] else ""
        state = "" if row["live"] == "idle" else row["live"]
        say(f"{row['id']}  {row['agent_key']:<12} {badge:<5}{state:<9}{row['title'] or row['preview']}")


def show(session_id: SessionId, *, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Print the messages of a session."""
    server = Server(url)
    session = server.call("GET", f"/v1/chat/{session_id}", params={"limit": 200})
    messages, before = session["messages"]["items"], session["messages"]["next_cursor"]
    while before is not None:
        page = server.call("GET", f"/v1/chat/{session_id}/messages", params={"before": before, "limit": 200})
        messages, before = page["items"] + messages, page["next_cursor"]
    if as_json:
        print_json({**session, "messages": messages})
        return
    say(f"{session['title'] or session_id} ({session['agent_key']})")
    for message in messages:
        author = _author_of(message, session)
        say(f"\n{author} · {message['created_at'][:16].replace('T', ' ')}")
        for part in message["parts"]:
            _show_part(part)


def _author_of(message: dict[str, Any], session: dict[str, Any]) -> str:
    if message["role"] == "assistant":
        return session["agent_key"]
    author = message["author"]
    shared = session["visibility"] != PRIVATE
    return author["name"] if shared and author and author["name"] else "you"


def read(session_id: SessionId, *, url: Url = DEFAULT_URL) -> None:
    """Mark a session as read."""
    Server(url).call("PUT", f"/v1/chat/{session_id}/read")


def send(
    text: Annotated[str, typer.Argument(help="The message. Use - to read it from standard input.")],
    *,
    session: Annotated[str | None, typer.Option(help="ID of the session. A new one if omitted.")] = None,
    agent: Annotated[str | None, typer.Option(help="Agent of a new session. The first one if omitted.")] = None,
    request_id: Annotated[str | None, typer.Option(help="Idempotency key, for retries.")] = None,
    url: Url = DEFAULT_URL,
) -> None:
    """Send a message and print the answer while it is written."""
    server = Server(url)
    content = sys.stdin.read() if text == "-" else text
    session_id = session or _new_session(server, agent)
    before = server.call("GET", f"/v1/chat/{session_id}", params={"limit": 1})
    body = {"content": content, "request_id": request_id or str(uuid4())}
    sent = server.call("POST", f"/v1/chat/{session_id}/messages", json=body)
    if session is None:
        typer.echo(f"session {session_id}", err=True)
    if sent["turn"] is None:
        key = before["agent_key"]
        typer.echo(f"Sent. {key} answers only when it is mentioned: write @{key} in the message.", err=True)
        return
    _stream_answer(server, session_id, sent["turn"], after=before["cursor"])


def _new_session(server: Server, agent: str | None) -> str:
    if agent is None:
        available = server.call("GET", "/v1/agents")["items"]
        if not available:
            raise ServerError("The server has no agents. Add one to its agents.toml.")
        agent = available[0]["key"]
    return server.call("POST", "/v1/chat", json={"agent_key": agent, "origin": ORIGIN})["id"]


def _stream_answer(server: Server, session_id: str, turn: dict[str, Any], *, after: int) -> None:
    """Print the answer while it is written; exit with 1 if its turn fails."""
    printer = _Printer()
    if turn["status"] in ("completed", "failed", "cancelled"):
        # The message was sent before with the same key, and its answer is complete.
        messages = server.call("GET", f"/v1/chat/{session_id}/messages", params={"limit": 200})["items"]
        for message in messages:
            if message["id"] == turn["assistant_message_id"]:
                for part in message["parts"]:
                    printer.settle(part)
        _end(turn["status"], printer)
        return
    with (
        ModelProgress(server.url, turn["agent_key"]) as progress,
        server.events(f"/v1/chat/{session_id}/events", after=after) as stream,
    ):
        for frame in stream:
            event = json.loads(frame.data)
            if event["turn_id"] != turn["id"]:
                continue
            if frame.event.startswith("part."):
                progress.end()
            printer.see(event["data"])
            if frame.event in LAST_OF_A_TURN:
                _end(event["data"]["turn"]["status"], printer)
                return
    raise ServerError("The connection to the server was lost. The answer goes on there: read it with 'chat-app show'.")


def _end(status: str, printer: _Printer) -> None:
    printer.finish()
    if status == "failed":
        raise typer.Exit(1)
    if status == "cancelled":
        typer.echo("stopped", err=True)


class _Printer:
    """Prints the text of an answer once, from deltas and from completed parts."""

    def __init__(self) -> None:
        self._printed: dict[str, int] = {}
        self._open: set[str] = set()
        self._line_open = False

    def see(self, data: dict[str, Any]) -> None:
        """Print what an event of the turn adds."""
        match data["type"]:
            case "part.started" if data["part"]["type"] == "text":
                self._open.add(data["part"]["id"])
                self._print(data["part"]["id"], data["part"]["text"], offset=0)
            case "part.delta" if data["part_id"] in self._open:
                self._print(data["part_id"], data["text"], offset=data["offset"])
            case "step.restarted":
                self.finish()
                typer.echo("… retrying", err=True)
                self._printed.clear()
                self._open.clear()
            case "part.completed":
                self.settle(data["part"])
            case _:
                pass

    def settle(self, part: dict[str, Any]) -> None:
        """Print the rest of a completed part."""
        if part["type"] == "text":
            self._print(part["id"], part["text"], offset=0)
            self.finish()
        elif part["type"] != "reasoning":
            self.finish()
            _show_part(part, err=True)

    def finish(self) -> None:
        """End the current line."""
        if self._line_open:
            say("")
            self._line_open = False

    def _print(self, part_id: str, text: str, *, offset: int) -> None:
        printed = self._printed.get(part_id, 0)
        new = text[max(0, printed - offset) :]
        if new:
            sys.stdout.write(printable(new))
            sys.stdout.flush()
            self._line_open = True
        self._printed[part_id] = max(printed, offset + len(text))


def _show_part(part: dict[str, Any], *, err: bool = False) -> None:
    match part["type"]:
        case "text":
            say(part["text"])
        case "tool_call":
            arguments = json.dumps(part["arguments"], ensure_ascii=False)
            typer.echo(printable(f"[{part['name']} {arguments}]"), err=err)
        case "error":
            typer.echo(printable(f"error: {part['text']}"), err=True)
        case _:
            pass


def printable(text: str) -> str:
    """Remove control and format characters, which could act on the terminal; keep line breaks and tabs."""
    return "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf")
    )


def say(text: str) -> None:
    """Print a line without control characters."""
    typer.echo(printable(text))


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    typer.echo(json.dumps(value, indent=2))
