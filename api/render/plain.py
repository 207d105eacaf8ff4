"""Text from a request, made safe to print: nothing in a name may move the cursor, hide or reorder what follows."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # invisible, but emoji families and Indic or Persian words are spelt with them
_FLAG_TAGS = range(0xE0020, 0xE0080)  # invisible, but the flags of England, Scotland and Wales are spelt with them
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ISOLATE, _END = "\u2068", "\u2069"


def plain(text: str) -> str:
    """Put the text on one line, control, formatting and direction characters written as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) if _unsafe(character) else character for character in text)


def isolated(text: str) -> str:
    """Keep right-to-left text to itself, so that the columns after it stay where they are."""
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text):
        return f"{_ISOLATE}{text}{_END}"
    return text


def _unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE and character not in _JOINERS and ord(character) not in _FLAG_TAGS


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
