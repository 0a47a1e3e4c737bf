"""Invisible characters: finds and removes those that would make a line look like another one or change its order.

They are control characters, marks for the writing direction, and characters of no width. A few have a function in
some scripts and in emoji, and stay there.
"""

from __future__ import annotations

import re
import unicodedata

# Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt), which Python does not have, with the
# control characters, line separators, interlinear marks and the blank Braille pattern.
_INVISIBLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_CURSIVE_SCRIPTS = ("ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "ADLAM")
"""Scripts whose letters join, so that a non-joiner between two letters is visible, as in Persian."""
_VIRAMA = 9
"""Combining class of the sign after which a joiner or a non-joiner shapes Indic letters (RFC 5892, appendix A)."""
_BLACK_FLAG, _KEYCAP = "\U0001f3f4", "\u20e3"


def has_invisible(text: str) -> bool:
    """Whether a line contains an invisible character that has no function where it stands."""
    found = (match.start() for match in _INVISIBLE.finditer(text))
    return any(not _has_function(text[at - 1 : at], text[at], text[at + 1 : at + 2]) for at in found)


def remove_invisible(text: str) -> str:
    """Return text on one line and without the invisible characters that have no function where they stand."""
    line, kept = " ".join(text.split()), [""]
    for at, character in enumerate(line):
        if not _INVISIBLE.match(character) or _has_function(kept[-1], character, line[at + 1 : at + 2]):
            kept.append(character)
    return " ".join("".join(kept).split())


def comparison_key(text: str) -> str:
    """Return a key that is equal for lines that look alike: without case, spaces, widths and invisible characters.

    Letters of different scripts that look alike, such as Latin and Cyrillic "a", have different keys.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", folded)).split())


def _has_function(before: str, character: str, after: str) -> bool:
    if character in (_NON_JOINER, _JOINER):
        return _shapes_letters(character, before, after) or (
            character == _JOINER and _is_pictorial(before) and _is_pictorial(after) and not _INVISIBLE.match(after)
        )
    if "\ufe00" <= character <= "\ufe0f":
        keycap = before != "" and before in "0123456789#*" and after == _KEYCAP
        return keycap or _is_pictorial(before) or _is_ideograph(before)
    if "\U000e0100" <= character <= "\U000e01ef":
        return _is_ideograph(before)
    if "\u180b" <= character <= "\u180f":
        return _script(before) == "MONGOLIAN"
    # The flags of England, Scotland and Wales are spelled with these after a black flag.
    return "\U000e0020" <= character <= "\U000e007f" and (
        before == _BLACK_FLAG or "\U000e0020" <= before <= "\U000e007e"
    )


def _shapes_letters(character: str, before: str, after: str) -> bool:
    if before and unicodedata.combining(before) == _VIRAMA:
        return True
    return character == _NON_JOINER and all(_script(each) in _CURSIVE_SCRIPTS for each in (before, after))


def _script(character: str) -> str:
    """Return the first word of a letter's name, which is its script; "" for what is no letter and no mark."""
    if not character or unicodedata.category(character)[0] not in "LM":
        return ""
    return unicodedata.name(character, "").partition(" ")[0]


def _is_pictorial(character: str) -> bool:
    """Whether a character is a symbol, or the end of one: emoji are symbols, partly newer than Python's tables."""
    if not character:
        return False
    is_symbol = unicodedata.category(character) in ("So", "Sm", "Sk") or character in "\ufe0f\u203c\u2049\u3030"
    return is_symbol or "\U0001f000" <= character <= "\U0001faff"


def _is_ideograph(character: str) -> bool:
    return _script(character) == "CJK"
