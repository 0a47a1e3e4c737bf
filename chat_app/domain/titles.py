"""Reads a session's title from what a model answered when it was asked for one."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, cast

from chat_app.domain.invisible import remove_invisible
from chat_app.domain.text import storable

MAX_TITLE_LENGTH = 60
"""Characters of a generated title: one line of the sidebar."""
MAX_TITLE_WORDS = 8
"""Words of a title. A model that writes more has begun to answer, and then the question's first words are better."""
MAX_ANSWER_LENGTH = 10_000
"""Characters of the model's answer that are read."""

_THOUGHTS = re.compile(r"\s*<think(?:ing)?>(?:(?!</think).)*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHTS = re.compile(r"\s*<think(?:ing)?>", re.IGNORECASE)
_SPECIAL_TOKEN = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>"  # noqa: RUF001 - DeepSeek's tokens have wide bars
    r"|</?s>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>|\[/?INST\]"
)
"""Tokens of chat templates, which a server should have removed."""
_TAGGED = re.compile(r"<title>([^<]*)</title>", re.IGNORECASE)
_FENCE = re.compile(r"```[^\n`]*\n(.*?)\n?```", re.DOTALL)
_LABEL_WORDS = (
    "title|topic|subject|headline|titel|thema|titre|sujet|título|titulo|titolo|oggetto|заголовок|тема"
    "|标题|標題|主题|主題|題名|タイトル|件名|제목|عنوان|शीर्षक"
)
_LABEL = re.compile(rf"(?:{_LABEL_WORDS})\s*[:：]\s*", re.IGNORECASE)  # noqa: RUF001 - the wide colon of Chinese and Japanese
_LEAD_IN = re.compile(
    r"(?:okay|ok|sure|certainly|of course|here|suggested|possible|the)\b[^:\n]{0,60}\btitle\b[^:\n]{0,40}:\s+",
    re.IGNORECASE,
)
_EMPHASIS_OF_LABEL = re.compile(r"^(\*{1,3}|_{1,3})([^*_:：]{1,30}[:：]?)\1(\s*[:：])?\s*")  # noqa: RUF001 - wide colons
_MARKER = re.compile(r"(?:#{1,6}|[-*+•]|1[.)])\s+")
_PAIRS = (
    ("***", "***"), ("**", "**"), ("*", "*"), ("__", "__"), ("_", "_"), ("`", "`"), ('"', '"'), ("'", "'"),
    ("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»"), ("「", "」"), ("『", "』"), ("《", "》"),  # noqa: RUF001
)  # fmt: skip
"""Marks that are removed where a pair of them stands around the whole title."""


def title_from_answer(answer: str) -> str | None:
    """Return the title that a model's answer contains, as one plain line, or None when there is none.

    Args:
        answer: The model's answer, which may have thoughts, a lead-in, a label, JSON or Markdown around the title.
    """
    text = _THOUGHTS.sub("", answer[:MAX_ANSWER_LENGTH], count=1)
    if _OPEN_THOUGHTS.match(text):
        return None
    text = _unwrapped(_SPECIAL_TOKEN.sub("", text).strip())
    lines = (_line(line) for line in text.splitlines())
    # A line that ends in a colon leads to the title.
    title = next((line for line in lines if line and not line.endswith((":", "："))), "")  # noqa: RUF001
    if len(title) > MAX_TITLE_LENGTH or len(title.split()) > MAX_TITLE_WORDS:
        return None
    has_words = any(character.isalnum() or unicodedata.category(character) == "So" for character in title)
    return title if has_words else None


def _unwrapped(text: str) -> str:
    """Return what is inside a fenced block, a JSON object or a `<title>` element, or the text itself."""
    if text.startswith("```") and (fenced := _FENCE.match(text)):
        text = fenced[1].strip()
    if (tagged := _TAGGED.search(text)) is not None:
        return tagged[1].strip()
    if text.startswith(("{", "[")):
        try:
            return _first_text(json.loads(text))
        except (ValueError, RecursionError):
            return ""
    return text


def _first_text(value: Any) -> str:
    """Return the title in a JSON value: a field named so, otherwise the first text."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        named = next((item for key, item in fields.items() if key.lower() == "title"), None)
        return named if isinstance(named, str) else _first_of(fields.values())
    return _first_of(cast("list[Any]", value)) if isinstance(value, list) else ""


def _first_of(values: Iterable[Any]) -> str:
    return next((text for value in values if (text := _first_text(value))), "")


def _line(line: str) -> str:
    """Return a line without marks around it and without a label before it."""
    line = " ".join(remove_invisible(storable(line.replace("\x00", ""))).split())
    before = None
    while line != before:
        before = line
        line = _MARKER.sub("", line, count=1) if _MARKER.match(line) else line
        line = _without_pair(_without_full_stop(line))
        line = _without_label(line)
    return line


def _without_label(line: str) -> str:
    plain = _EMPHASIS_OF_LABEL.sub(lambda match: f"{match[2]}{match[3] or ''} ", line)
    for pattern in (_LABEL, _LEAD_IN):
        if (match := pattern.match(plain)) is not None and plain[match.end() :].strip():
            return plain[match.end() :].strip()
    return line


def _without_pair(line: str) -> str:
    for opening, closing in _PAIRS:
        inside = line[len(opening) : -len(closing)]
        if not (line.startswith(opening) and line.endswith(closing) and inside.strip()):
            continue
        # An apostrophe between letters is no quotation mark.
        marks = re.sub(r"(?<=\w)'(?=\w)", "", inside) if opening == "'" else inside
        if opening not in marks and closing not in marks:
            return inside.strip()
    return line


def _without_full_stop(title: str) -> str:
    """Return a title without the full stop at its end; those of abbreviations and omissions stay."""
    if title.endswith("。"):
        return title[:-1]
    if re.search(r"(?:^|[\s.])\w\.$|\.\.$|\betc\.$", title):
        return title
    return title.removesuffix(".")
