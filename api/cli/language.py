"""`--lang`: the language of the sentences about a roster. Headings, help and errors are English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer


class Lang(StrEnum):
    """The languages to choose from."""

    en = "en"
    ja = "ja"


LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="TOBAN_LANG", help="The language of messages: English or Japanese.")
]


@contextmanager
def said_in(lang: Lang) -> Iterator[None]:
    """Say everything inside in the chosen language."""
    from solver.domain.language import speaking

    with speaking(lang.value):
        yield
