"""The open text of running turns: in memory, handed out as deltas, never waiting for the database.

This is the hot path. A token costs an append; a flush costs one event. A flush goes out at once when the line is
quiet and is coalesced to a frame otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from chat_app.domain.events import ChatEvent, PartDelta, PartStarted
from chat_app.domain.text import storable
from chat_app.domain.turns import OpenPart

FLUSH_SECONDS = 0.025
"""Between two flushes of one turn: within a screen's 16 to 33 ms frame, so that pacing adds no visible lag."""
FLUSH_SECONDS_PER_STREAM = 0.0005
"""Added per turn that streams at the same time, so that a crowd costs fewer, larger flushes."""
MAX_FLUSH_SECONDS = 0.1
"""A flush never waits longer than a reader would notice."""

PublishLive = Callable[[ChatEvent], None]
OpenType = Literal["text", "reasoning", "tool_call"]


@dataclass
class _Writing:
    """An open part as it grows: what was handed out, and what is yet to go out."""

    part: OpenPart
    sent: list[str] = field(default_factory=list[str])
    length: int = 0
    pending: list[str] = field(default_factory=list[str])

    def value(self) -> OpenPart:
        """Return the part with all text that was handed out."""
        return self.part.model_copy(update={"text": "".join(self.sent)})


class LiveTurn:
    """One running turn's open parts.

    Args:
        session_id: The turn's session.
        workspace_id: The session's workspace.
        turn_id: The turn.
        message_id: The answer that the parts belong to.
        publish: Takes each event; must not block.
        interval: Returns the seconds between two flushes.
    """

    def __init__(
        self,
        session_id: str,
        *,
        workspace_id: str,
        turn_id: str,
        message_id: str,
        publish: PublishLive,
        interval: Callable[[], float],
    ) -> None:
        self.session_id = session_id
        self.workspace_id = workspace_id
        self.turn_id = turn_id
        self.message_id = message_id
        self.dirty = False
        self.closed = False
        self.stops: set[Callable[[], None]] = set()
        """What to call to interrupt the turn's work at once."""
        self._publish = publish
        self._interval = interval
        self._parts: dict[str, _Writing] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._flushed_at = 0.0

    def restore(self, open_parts: Iterable[OpenPart]) -> None:
        """Take up parts that another process left open."""
        for part in open_parts:
            self._parts[part.id] = _Writing(part, sent=[part.text], length=len(part.text))

    def start(self, part_id: str, kind: OpenType, *, attempt: int, tool_name: str | None = None) -> None:
        """Open a part; one of the same id from an earlier attempt is void."""
        if self.closed:
            return
        self.flush()
        part = OpenPart(
            turn_id=self.turn_id,
            message_id=self.message_id,
            id=part_id,
            attempt=attempt,
            type=kind,
            text="",
            tool_name=None if tool_name is None else storable(tool_name),
            started_at=datetime.now(UTC),
        )
        self._parts[part_id] = _Writing(part)
        self.dirty = True
        self._emit(PartStarted(part=part))

    def write(self, part_id: str, text: str) -> None:
        """Add text to an open part; it goes out with the next flush."""
        writing = self._parts.get(part_id)
        if self.closed or writing is None or not text:
            return
        writing.pending.append(text)
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._flushed_at + self._interval() - loop.time()
        if wait <= 0:
            self.flush()
        else:
            self._timer = loop.call_later(wait, self.flush)

    def flush(self) -> None:
        """Hand out all text that is pending."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for part_id, writing in self._parts.items():
            if not writing.pending:
                continue
            text = storable("".join(writing.pending))
            writing.pending.clear()
            offset = writing.length
            writing.sent.append(text)
            writing.length += len(text)
            self.dirty = True
            attempt = writing.part.attempt
            self._emit(PartDelta.model_construct(part_id=part_id, attempt=attempt, offset=offset, text=text))
            # Only here: when a line was quiet its next word does not wait.
            self._flushed_at = asyncio.get_running_loop().time()

    def open_parts(self) -> list[OpenPart]:
        """Return the open parts with the text that was handed out."""
        return [writing.value() for writing in self._parts.values()]

    def settle(self, part_ids: Iterable[str]) -> None:
        """Forget parts that are on the disk now."""
        for part_id in part_ids:
            self._parts.pop(part_id, None)

    def restart_step(self, step: int) -> None:
        """Forget the open parts of a step that is asked again."""
        prefix = f"{step}."
        self.settle([part_id for part_id in self._parts if part_id.startswith(prefix)])

    def close(self) -> list[OpenPart]:
        """Stop taking text and return what was open, pending text included."""
        self.flush()
        self.closed = True
        return self.open_parts()

    def stop(self) -> None:
        """Interrupt whatever the turn is doing."""
        for stop in tuple(self.stops):
            stop()

    def _emit(self, data: PartStarted | PartDelta) -> None:
        # Made of values of our own, so they are not checked again: this is done for every flush.
        self._publish(
            ChatEvent.model_construct(
                session_id=self.session_id,
                workspace_id=self.workspace_id,
                turn_id=self.turn_id,
                data=data,
                created_at=datetime.now(UTC),
            )
        )


class LiveTurns:
    """All running turns of this process.

    Args:
        publish: Takes each live event; must not block.
    """

    def __init__(self, *, publish: PublishLive) -> None:
        self._publish = publish
        self._by_turn: dict[str, LiveTurn] = {}
        self._by_session: dict[str, LiveTurn] = {}

    def begin(
        self,
        session_id: str,
        *,
        workspace_id: str,
        turn_id: str,
        message_id: str,
        open_parts: Iterable[OpenPart] = (),
    ) -> LiveTurn:
        """Make the live side of a turn that starts.

        Args:
            session_id: The turn's session.
            workspace_id: The session's workspace.
            turn_id: The turn.
            message_id: The answer that the parts belong to.
            open_parts: What was seen of the answer before a restart; it is shown until its step is asked again.
        """
        turn = LiveTurn(
            session_id,
            workspace_id=workspace_id,
            turn_id=turn_id,
            message_id=message_id,
            publish=self._publish,
            interval=self._flush_seconds,
        )
        turn.restore(open_parts)
        self._by_turn[turn_id] = turn
        self._by_session[session_id] = turn
        return turn

    def get(self, turn_id: str) -> LiveTurn | None:
        """Return the live side of a turn that runs in this process."""
        return self._by_turn.get(turn_id)

    def end(self, turn_id: str) -> None:
        """Forget a turn."""
        turn = self._by_turn.pop(turn_id, None)
        if turn is None:
            return
        turn.closed = True
        if self._by_session.get(turn.session_id) is turn:
            del self._by_session[turn.session_id]

    def open_parts_of(self, session_id: str) -> list[OpenPart]:
        """Return the open parts of the session's running turn."""
        turn = self._by_session.get(session_id)
        return [] if turn is None or turn.closed else turn.open_parts()

    def take_dirty(self) -> list[LiveTurn]:
        """Return the turns whose open parts changed since the last call."""
        dirty = [turn for turn in self._by_turn.values() if turn.dirty and not turn.closed]
        for turn in dirty:
            turn.dirty = False
        return dirty

    def _flush_seconds(self) -> float:
        return min(MAX_FLUSH_SECONDS, FLUSH_SECONDS + FLUSH_SECONDS_PER_STREAM * (len(self._by_turn) - 1))
