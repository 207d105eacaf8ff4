"""Lists for the terminal: codes with their meaning, examples with their story."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group
from rich.table import Table
from rich.text import Text

from api.render.plain import plain


def meanings(rows: Iterable[tuple[str, str, str]]) -> Table:
    """Name, a word, a sentence; only the sentences wrap."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold green", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*map(plain, row))
    return table


def stories(rows: Iterable[tuple[str, str, str]]) -> Table:
    """Name, title, and below it what it is about."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold green", no_wrap=True)
    table.add_column(overflow="fold")
    for name, title, why in rows:
        table.add_row(plain(name), Group(Text(plain(title), "bold"), Text(plain(why), "dim"), Text()))
    return table
