"""Separates the thoughts that a model writes between `<think>` tags from its answer, while the answer arrives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

_OPEN_TAGS = ("<think>", "<thinking>")
_CLOSE_TAGS = ("</think>", "</thinking>")
_CLOSE = re.compile(r"</think(?:ing)?>")
_LONGEST_TAG = max(map(len, _CLOSE_TAGS))
_MAX_CANDIDATES = 8
"""End tags without a start tag that are looked at. An answer with more of them is about tags, not thoughts."""
_FENCE = re.compile(r"^ {0,3}(?:>\s?)*\s*(`{3,}|~{3,})", re.MULTILINE)
_CODE_SPAN = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of an answer."""

    kind: Literal["text", "reasoning"]
    text: str


@dataclass(frozen=True, slots=True)
class TextWasReasoning:
    """All text until now was thought, because an end tag follows that has no start tag."""


Split = Piece | TextWasReasoning


class _State(Enum):
    START = auto()
    """Nothing but blank space has come, so a start tag may follow."""
    THINKING = auto()
    ANSWER = auto()


class ThinkTagSplitter:
    """Splits the text of one response into thoughts and answer, for deltas of any size.

    A start tag opens thoughts only at the start, after blank space at most. An end tag ends them wherever it stands;
    without any start tag, what comes before it outside of code is thought as well.
    """

    def __init__(self) -> None:
        self._state = _State.START
        self._held = ""
        """Text that may be the beginning of a tag, or blank space at the start."""
        self._answer: list[str] | None = []
        """The answer until now, as long as an end tag could still make thoughts of it."""
        self._candidates = 0

    def feed(self, text: str) -> Iterator[Split]:
        """Yield what is known to be thought or answer after some more text."""
        text = self._held + text
        self._held = ""
        while text:
            match self._state:
                case _State.START:
                    text = self._start(text)
                case _State.THINKING:
                    piece, text = self._think(text)
                    if piece:
                        yield Piece("reasoning", piece)
                case _State.ANSWER:
                    pieces, text = self._write(text)
                    yield from pieces

    def finish(self) -> Iterator[Split]:
        """Yield the text that was held back, at the end of the response."""
        held, self._held = self._held, ""
        if self._state == _State.THINKING:
            yield Piece("reasoning", held)
        elif held.strip():
            yield Piece("text", held)

    def _start(self, text: str) -> str:
        words = text.lstrip()
        if not words or any(tag.startswith(words) for tag in _OPEN_TAGS + _CLOSE_TAGS if tag != words):
            self._held = text
            return ""
        for tag in _OPEN_TAGS:
            if words.startswith(tag):
                self._state = _State.THINKING
                self._answer = None
                return words.removeprefix(tag).lstrip("\n")
        self._state = _State.ANSWER
        # Blank lines before the answer mean nothing, the indentation of its first line does.
        blank = text[: len(text) - len(words)]
        return blank.rpartition("\n")[2] + words if "\n" in blank else words

    def _think(self, text: str) -> tuple[str, str]:
        """Return thoughts, and the text after their end."""
        if (end := _CLOSE.search(text)) is not None:
            self._state = _State.START
            return text[: end.start()], text[end.end() :]
        kept = _tag_beginning(text)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept], ""

    def _write(self, text: str) -> tuple[list[Split], str]:
        """Return pieces of the answer, and the text after an end tag that made thoughts of them."""
        if self._answer is None:
            return [Piece("text", text)], ""
        end = _CLOSE.search(text)
        if end is None:
            kept = _tag_beginning(text)
            self._held = text[len(text) - kept :]
            text = text[: len(text) - kept]
            self._answer.append(text)
            return ([Piece("text", text)] if text else []), ""
        before, tag, after = text[: end.start()], end[0], text[end.end() :]
        whole = "".join((*self._answer, before))
        self._answer = [whole]
        pieces: list[Split] = [Piece("text", before)] if before else []
        if any(opening in whole for opening in _OPEN_TAGS) or self._candidates == _MAX_CANDIDATES:
            self._answer = None
        elif not is_in_code(whole):
            self._answer = None
            self._state = _State.START
            return ([*pieces, TextWasReasoning()] if whole.strip() else pieces), after
        else:
            self._candidates += 1
            self._answer.append(tag)
        return [*pieces, Piece("text", tag)], after


def is_in_code(text: str) -> bool:
    """Whether what follows a Markdown text would be inside a fenced block or a code span."""
    fence = ""
    after = 0
    for match in _FENCE.finditer(text):
        mark = match[1]
        if not fence:
            fence = mark
        elif mark[0] == fence[0] and len(mark) >= len(fence):
            fence = ""
            after = match.end()
    if fence:
        return True
    paragraph = text[max(after, text.rfind("\n\n") + 1) :]
    open_run = ""
    for match in _CODE_SPAN.finditer(paragraph):
        if not open_run:
            open_run = match[0]
        elif match[0] == open_run:
            open_run = ""
    return bool(open_run)


def _tag_beginning(text: str) -> int:
    """Return how many characters at the end of a text may be the beginning of an end tag."""
    start = text.rfind("<", max(0, len(text) - _LONGEST_TAG))
    if start < 0:
        return 0
    tail = text[start:]
    return len(tail) if any(tag.startswith(tail) for tag in _CLOSE_TAGS) else 0
