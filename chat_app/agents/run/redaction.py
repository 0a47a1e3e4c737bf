"""Removes secrets from text of a provider, a tool or an error before it is shown, stored or logged."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from chat_app.domain.keys import MIN_VALUE_LENGTH

REMOVED = "[removed]"
MIN_SECRET_LENGTH = MIN_VALUE_LENGTH
"""Characters. A shorter value, such as the placeholder `none` of a server without keys, is an ordinary word."""
MAX_LINE_LENGTH = 600
"""Characters of another system's message that are kept: enough for an error, too few for a web page."""

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
"""Names of environment variables whose values are secrets."""

_NAMES = (
    r"authorization|[?&]key|api[-_ ]?key|(?:access|auth|api|id|refresh|session)[-_ ]?token"
    r"|secret|password|passwd|signature"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # user:password@ in an address
    (re.compile(r"(?P<kept>\b[a-z][a-z0-9+.-]{0,20}://)[^\s/]+@", re.IGNORECASE), r"\g<kept>"),
    # JSON web tokens. The length is bounded where many could begin in one run of their characters: each of them would
    # be followed to the end of the run.
    (re.compile(r"(?:(?<![\w-])eyJ[\w-]{5,}|(?<=-)eyJ[\w-]{5,1000})\.[\w-]{5,}(\.[\w-]*)?"), REMOVED),
    # Authorization: Bearer ...; an ordinary word after these is kept
    (
        re.compile(r"(?P<kept>\b(?:bearer|basic)\s+)(?:(?=\S*\d)[\w.~+/=-]{6,}|[\w.~+/=-]{20,})", re.IGNORECASE),
        rf"\g<kept>{REMOVED}",
    ),
    # api_key=..., "x-api-key": "...", ?key=...
    (
        re.compile(
            rf"(?P<kept>(?:{_NAMES})[\"']?\s*[:=]\s*[\"']?)(?!bearer\b|basic\b|\[removed\])[^\s\"'&,;}}]+",
            re.IGNORECASE,
        ),
        rf"\g<kept>{REMOVED}",
    ),
    # keys by the prefixes that providers give them: OpenAI, Anthropic, Groq, xAI, Hugging Face, GitHub, ...
    (
        re.compile(
            r"(?<![A-Za-z])(?:sk|pk|rk|gsk|xai|hf|gh[pousr]|github_pat|r8|pplx|nvapi|csk|tgp|AIza)[-_]?[\w*-]{8,}"
        ),
        REMOVED,
    ),
)

_remembered: set[str] = set()


def remember_secret(value: str) -> None:
    """Make `redact` remove this value from now on."""
    if len(value) >= MIN_SECRET_LENGTH:
        _remembered.add(value)


def redact(text: str, *, environ: Mapping[str, str] | None = None) -> str:
    """Return text without the secrets of this installation and without what looks like a secret.

    Args:
        text: Text that a person or another program may read.
        environ: The environment whose secrets are removed; by default that of the process.
    """
    for secret in _secrets(os.environ if environ is None else environ):
        text = text.replace(secret, REMOVED)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redacted_line(text: str) -> str:
    """Return another system's message as one line, without secrets and control characters, cut to `MAX_LINE_LENGTH`."""
    line = " ".join(redact(text).split())
    line = "".join(character for character in line if character.isprintable())
    return line if len(line) <= MAX_LINE_LENGTH else line[: MAX_LINE_LENGTH - 1] + "…"


def _secrets(environ: Mapping[str, str]) -> list[str]:
    named = {value for name, value in environ.items() if _SECRET_NAME.search(name)}
    values = {value for value in named if len(value) >= MIN_SECRET_LENGTH} | _remembered
    # A secret that contains another one is removed first, or the rest of it would stay.
    return sorted(values, key=lambda value: (-len(value), value))
