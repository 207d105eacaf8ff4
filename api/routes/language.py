"""The language of an answer, chosen by the client's `Accept-Language` (RFC 9110, section 12.5.4)."""

from __future__ import annotations

import re
from typing import Final

from fastapi import Request

from solver.domain.language import LANGUAGES, Language

DEFAULT: Final[Language] = "en"
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")


def language_of(request: Request) -> Language:
    """The language among those toban speaks that the client likes best."""
    return preferred(",".join(request.headers.getlist("accept-language")))


def preferred(accepted: str) -> Language:
    """Choose by an `Accept-Language` list such as `ja-JP, en;q=0.5`; of languages liked equally the one named first.

    `*` stands for every language not named. Parts that are no language range are passed over. Where nothing fits the
    answer is English, which serves better than a refusal.
    """
    liked: dict[str, float] = {}
    for part in accepted.split(","):
        found = _RANGE.fullmatch(part)
        if found:
            name = found[1].lower().partition("-")[0]
            liked[name] = max(liked.get(name, 0.0), float(found[2] or 1))
    named = [language for name in liked for language in LANGUAGES if language == name]
    order = [*named, *(language for language in (DEFAULT, *LANGUAGES) if language not in named)]
    best = max(order, key=lambda language: liked.get(language, liked.get("*", 0.0)))
    return best if liked.get(best, liked.get("*", 0.0)) > 0 else DEFAULT
