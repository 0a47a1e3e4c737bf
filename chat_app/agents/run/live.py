"""Buffers the text of running turns in memory and publishes it as deltas, without the database.

This is the hot path. A token costs one append to a list, a flush one event. The first text after a pause is flushed at
once; more text is flushed once per interval.
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
"""Between two flushes of one turn: within a screen's frame of 16 to 33 ms, so that it adds no visible delay."""
FLUSH_SECONDS_PER_STREAM = 0.0005
"""Added for each turn that streams at the same time, so that many turns cause fewer, larger flushes."""
MAX_FLUSH_SECONDS = 0.1
"""The longest interval between flushes; a reader would notice a longer one."""

PublishLive = Callable[[ChatEvent], None]
OpenType = Literal["text", "reasoning", "tool_call"]


@dataclass
class _PartBuffer:
    """The text of an open part: what was published, and what waits for the next flush."""

    part: OpenPart
    published: list[str] = field(default_factory=list[str])
    length: int = 0
    """Code points that were published."""
    pending: list[str] = field(default_factory=list[str])

    def snapshot(self) -> OpenPart:
        """Return the part with all text that was published."""
        return self.part.model_copy(update={"text": "".join(self.published)})


class LiveTurn:
    """The open parts of one running turn.

    Args:
        session_id: The turn's session.
        workspace_id: The session's workspace.
        turn_id: The turn.
        message_id: The answer that the parts belong to.
        publish: Called with each event; must not block.
        flush_interval: Returns the seconds between two flushes.
    """

    def __init__(
        self,
        session_id: str,
        *,
        workspace_id: str,
        turn_id: str,
        message_id: str,
        publish: PublishLive,
        flush_interval: Callable[[], float],
    ) -> None:
        self.session_id = session_id
        self.workspace_id = workspace_id
        self.turn_id = turn_id
        self.message_id = message_id
        self.dirty = False
        self.closed = False
        self.stops: set[Callable[[], None]] = set()
        """Functions that interrupt the turn's work at once."""
        self._publish = publish
        self._flush_interval = flush_interval
        self._parts: dict[str, _PartBuffer] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._flushed_at = 0.0

    def restore(self, open_parts: Iterable[OpenPart]) -> None:
        """Add parts that an earlier process left open."""
        for part in open_parts:
            self._parts[part.id] = _PartBuffer(part, published=[part.text], length=len(part.text))

    def start(
        self, part_id: str, kind: OpenType, *, attempt: int, text: str = "", tool_name: str | None = None
    ) -> None:
        """Open a part; it replaces one with the same id, of an earlier attempt or of another kind."""
        if self.closed:
            return
        self.flush()
        part = OpenPart(
            turn_id=self.turn_id,
            message_id=self.message_id,
            id=part_id,
            attempt=attempt,
            type=kind,
            text=storable(text),
            tool_name=None if tool_name is None else storable(tool_name),
            started_at=datetime.now(UTC),
        )
        self._parts[part_id] = _PartBuffer(part, published=[part.text], length=len(part.text))
        self.dirty = True
        self._emit(PartStarted(part=part))
        if text:
            self._flushed_at = asyncio.get_running_loop().time()

    def write(self, part_id: str, text: str) -> None:
        """Add text to an open part; it is published with the next flush."""
        buffer = self._parts.get(part_id)
        if self.closed or buffer is None or not text:
            return
        buffer.pending.append(text)
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._flushed_at + self._flush_interval() - loop.time()
        if wait <= 0:
            self.flush()
        else:
            self._timer = loop.call_later(wait, self.flush)

    async def until_next_flush(self) -> None:
        """Wait until text would be published at once.

        Who waits before reading more of a stream finds everything of this time in the socket, and reads it together.
        """
        wait = self._flushed_at + self._flush_interval() - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)

    def flush(self) -> None:
        """Publish all pending text."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for part_id, buffer in self._parts.items():
            if not buffer.pending:
                continue
            text = storable("".join(buffer.pending))
            buffer.pending.clear()
            offset = buffer.length
            buffer.published.append(text)
            buffer.length += len(text)
            self.dirty = True
            attempt = buffer.part.attempt
            self._emit(PartDelta.model_construct(part_id=part_id, attempt=attempt, offset=offset, text=text))
            # Only after text was published, so that the first word after a pause does not wait.
            self._flushed_at = asyncio.get_running_loop().time()

    def open_parts(self) -> list[OpenPart]:
        """Return the open parts with the text that was published."""
        return [buffer.snapshot() for buffer in self._parts.values()]

    def settle(self, part_ids: Iterable[str]) -> None:
        """Remove parts that have been stored."""
        for part_id in part_ids:
            self._parts.pop(part_id, None)

    def restart_step(self, step: int) -> None:
        """Remove the open parts of a step that is repeated."""
        prefix = f"{step}."
        self.settle([part_id for part_id in self._parts if part_id.startswith(prefix)])

    def close(self) -> list[OpenPart]:
        """Publish pending text, accept no more, and return the open parts."""
        self.flush()
        self.closed = True
        return self.open_parts()

    def stop(self) -> None:
        """Interrupt the turn's work."""
        for stop in tuple(self.stops):
            stop()

    def _emit(self, data: PartStarted | PartDelta) -> None:
        # Not validated, because every flush comes here and all values are our own.
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
        publish: Called with each event; must not block.
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
        """Create and register the live parts of a turn that starts.

        Args:
            session_id: The turn's session.
            workspace_id: The session's workspace.
            turn_id: The turn.
            message_id: The answer that the parts belong to.
            open_parts: Text that was shown before a restart; it stays until its step is repeated.
        """
        turn = LiveTurn(
            session_id,
            workspace_id=workspace_id,
            turn_id=turn_id,
            message_id=message_id,
            publish=self._publish,
            flush_interval=self._flush_interval,
        )
        turn.restore(open_parts)
        self._by_turn[turn_id] = turn
        self._by_session[session_id] = turn
        return turn

    def get(self, turn_id: str) -> LiveTurn | None:
        """Return a turn that runs in this process, or None."""
        return self._by_turn.get(turn_id)

    def end(self, turn_id: str) -> None:
        """Close and remove a turn."""
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

    def _flush_interval(self) -> float:
        return min(MAX_FLUSH_SECONDS, FLUSH_SECONDS + FLUSH_SECONDS_PER_STREAM * (len(self._by_turn) - 1))
