"""The language of sentences: every message is written once a language in `catalogue/*.toml` and asked for by its key.

    with speaking("ja"):
        say("rules.daily_limit_found", date=day, found=4, symbols="×", bounds=between(0, 3, "people"))

A file is an area, a table in it one sentence with a text per language; `{…}` are the values. The language holds for
all that is said inside the `with`, in this thread or task only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Final, Literal, get_args

Language = Literal["en", "ja"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_spoken: ContextVar[Language] = ContextVar("language", default="en")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say everything inside in this language."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> Language:
    """The language sentences are written in here and now."""
    return _spoken.get()


def say(key: str, **values: object) -> str:
    """One sentence of the catalogue, `key` = "area.name", with its values filled in.

    Raises
    ------
    KeyError
        There is no such sentence, or a value it needs was not given: a defect, which the tests of the catalogue find.
    """
    return _templates(_spoken.get())[key](**values)


@cache
def _templates(language: Language) -> dict[str, Callable[..., str]]:
    """The way from values to text, by key: a model says thousands of sentences, so nothing is looked up twice."""
    return {key: texts[language].format for key, texts in catalogue().items()}


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """Every sentence by key and language."""
    found: dict[str, dict[Language, str]] = {}
    for file in sorted(files("solver.domain").joinpath("catalogue").iterdir(), key=lambda file: file.name):
        area, _, kind = file.name.rpartition(".")
        if kind == "toml":
            found |= {f"{area}.{name}": texts for name, texts in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    return found
