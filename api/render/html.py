"""The result as one page: self-contained, printable on A4 landscape, violations and covers below the roster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from api.render.plain import plain
from api.render.roster import Column, Roster
from api.render.words import (
    conflict_title,
    cover_sentence,
    covers,
    headline,
    label,
    meaning,
    month,
    passed_over,
    repair_sentence,
    several_months,
    weekday,
)
from solver.domain.language import say, spoken
from solver.domain.reading import read_problem
from solver.explain.folding import told
from solver.result import Result

_MOST_COLUMNS = 31  # days across a sheet of A4


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(plain=plain, weekday=weekday, month=month, title_of=conflict_title)
    environment.filters.update(covers=covers, meaning=meaning, repair_sentence=repair_sentence)
    # Functions, as a filter of a constant would be run once, in the language the template was first read in.
    environment.globals.update(say=say, label=label, language=spoken)
    return environment.get_template("roster.html")


def html(result: Result, title: str = "") -> str:
    """Write the page, headed by a title, else by what came out. Whatever a name holds is text on it, never markup."""
    roster = Roster.of(result)
    with_month = several_months(column.day for column in roster.columns)
    return _template().render(
        result=result,
        roster=roster,
        spans=list(_spans(roster.columns)) if roster.rows else [],
        headline=title or headline(result),
        conflicts=told(read_problem(result.problem), result.conflicts) if result.conflicts else [],
        covers=[
            (cover_sentence(cover, roster.names, with_month=with_month), passed_over(cover, roster.names))
            for cover in result.covers
        ],
    )


def _spans(columns: tuple[Column, ...]) -> Iterator[tuple[int, tuple[Column, ...]]]:
    """Cut the dates into tables (with the place of the first): calendar months, or a whole that fits on a sheet."""
    if len(columns) <= _MOST_COLUMNS:
        yield 0, columns
        return
    start = 0
    for i in range(1, len(columns) + 1):
        if i == len(columns) or columns[i].day.month != columns[start].day.month:
            yield start, columns[start:i]
            start = i
