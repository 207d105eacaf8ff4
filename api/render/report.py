"""What is printed for a result: the roster, the head line, then why, what is broken, who covers whom, and warnings."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from api.render.grid import MARGIN, grid
from api.render.plain import plain
from api.render.roster import Roster
from api.render.words import (
    conflict_title,
    cover_sentence,
    headline,
    label,
    passed_over,
    repair_sentence,
    several_months,
    short_date,
)
from solver.domain.conflict import Conflict
from solver.domain.cover import Cover
from solver.domain.fact import Violation
from solver.domain.fault import Notice
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.repair import Repair
from solver.domain.republished import PersonChanges
from solver.domain.wording import together
from solver.explain.folding import told
from solver.result import Result

MOST_SOFT, MOST_COVERS, MOST_CHANGES, MOST_WARNINGS = 20, 60, 60, 20  # lines; what is hard is never cut
STATUS = {"OPTIMAL": "bold green", "FEASIBLE": "bold yellow", "INFEASIBLE": "bold red", "UNKNOWN": "bold magenta"}
SEVERITY = {"hard": "bold red", "soft": "yellow", "warning": "cyan"}
_UNBROKEN = 1_000_000  # cells: plain text is not wrapped, so that it can be searched
_LONGEST_ALIGNED, _SHORTEST = 84, 20  # cells of a sentence; what stands behind a longer one is not aligned
_GAP = "  "

_Row = tuple[Text, Text, Text, Text]


def report(result: Result, width: int) -> RenderableType:
    """Put together everything a manager wants to see of a result, the roster drawn `width` cells wide."""
    roster = Roster.of(result)
    rows = [
        *(_conflicts(result.conflicts, read_problem(result.problem)) if result.conflicts else ()),
        *_repairs(result.repairs),
        *_violations(result.violations),
        *_alternatives(result),
        *_changes(result.changes, roster),
        *_covers(result.covers, roster),
        *_warnings(result.warnings),
    ]
    rest = headline(result).removeprefix(result.status)
    head = Text().append(result.status, STATUS.get(result.status, "bold")).append(rest, "bold")
    return _page(roster, head, rows, width)


def verdict(roster: Roster, violations: Sequence[Violation], covers: Sequence[Cover], width: int) -> RenderableType:
    """Put together the same for a roster that was only checked."""
    hard = sum(v.penalty for v in violations if v.severity == "hard")
    soft = sum(v.penalty for v in violations if v.severity == "soft")
    broken = any(v.severity == "hard" for v in violations)
    head = Text().append(say("render.broken" if broken else "render.clean"), "bold red" if broken else "bold green")
    rest = say("render.verdict_broken", hard=hard, soft=soft) if broken else say("render.verdict_clean", soft=soft)
    head.append(rest, "bold")
    return _page(roster, head, [*_violations(violations), *_covers(covers, roster)], width)


def as_text(page: RenderableType) -> str:
    """Print a page without colour, nothing wrapped, no blanks at line ends."""
    file = io.StringIO()
    Console(file=file, width=_UNBROKEN, color_system=None, force_terminal=False).print(page)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def _page(roster: Roster, head: Text, rows: Iterable[_Row], width: int) -> RenderableType:
    drawn = grid(roster, width)
    parts: list[RenderableType] = [*drawn, Text()] if drawn else []
    parts.append(head)
    listed = list(rows)
    if listed:
        parts += [Text(), _Below(listed)]
    return Group(*parts)


class _Below:
    """The rows under a roster: label, penalty, sentence, rule. On a terminal sentences wrap; in plain text they do not."""

    def __init__(self, rows: list[_Row]) -> None:
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        label, amount, source = (max(row[i].cell_len for row in self._rows) for i in (0, 1, 3))
        room = max(options.max_width - len(MARGIN) - label - amount - 2 * len(_GAP), _SHORTEST)
        beside = max(room - source - len(_GAP), _SHORTEST)
        aligned = min(max((row[2].cell_len for row in self._rows if row[3]), default=0), beside, _LONGEST_ALIGNED)
        for first, number, sentence, rule in self._rows:
            start, *rest = sentence.wrap(console, beside if rule else room) or [Text()]
            number.align("right", amount)
            line = Text(MARGIN) + Text(_GAP).join([_padded(first, label), number, _padded(start, aligned if rule else 0)])
            yield line + Text(_GAP) + rule if rule else line
            for more in rest:
                yield Text(" " * (len(MARGIN) + label + amount + 2 * len(_GAP))) + more


def _padded(text: Text, cells: int) -> Text:
    text.pad_right(max(cells - text.cell_len, 0))
    return text


def _row(word: str, style: str, amount: str, sentence: Text, source: str = "") -> _Row:
    return Text(label(word) if word else "", style), Text(amount), sentence, Text(source, "dim")


def _violations(violations: Sequence[Violation]) -> Iterator[_Row]:
    soft = [v for v in violations if v.severity != "hard"]
    for v in [*(v for v in violations if v.severity == "hard"), *soft[:MOST_SOFT]]:
        yield _row(v.severity, SEVERITY[v.severity], str(v.penalty or ""), Text(plain(v.message)), v.rule)
    left = soft[MOST_SOFT:]
    if left:
        yield _more(say("render.more_violations", count=len(left), penalty=sum(v.penalty for v in left)))


def _covers(covers: Sequence[Cover], roster: Roster) -> Iterator[_Row]:
    with_month = several_months(column.day for column in roster.columns)
    for cover in covers[:MOST_COVERS]:
        sentence = Text(cover_sentence(cover, roster.names, with_month=with_month))
        why = passed_over(cover, roster.names)
        yield _row("cover", "green", "", sentence.append(say("render.aside", text=why), "dim") if why else sentence)
    if len(covers) > MOST_COVERS:
        yield _more(say("render.more_covers", count=len(covers) - MOST_COVERS))


def _changes(changes: Sequence[PersonChanges] | None, roster: Roster) -> Iterator[_Row]:
    if changes is None:
        return
    if not changes:
        yield _row("change", "blue", "", Text(say("replan.unchanged")))
    with_month = several_months(column.day for column in roster.columns)
    for person in changes[:MOST_CHANGES]:
        cells = [
            say("replan.cell", date=short_date(c.date, with_month=with_month), before=c.before, now=c.to)
            for c in person.changes
        ]
        sentence = say("replan.changes", name=roster.names.staff(person.staff_id), cells=together(cells))
        yield _row("change", "blue", "", Text(plain(sentence)))
    if len(changes) > MOST_CHANGES:
        yield _more(say("replan.more", count=len(changes) - MOST_CHANGES))


def _conflicts(conflicts: Sequence[Conflict], problem: Problem) -> Iterator[_Row]:
    for telling in told(problem, conflicts):
        yield _row("conflict", "bold red", "", Text(plain(conflict_title(telling)), "bold"))
        for fact in telling.facts:
            yield _row("", "", "", Text(f"• {plain(fact.sentence)}"), fact.rule)


def _repairs(repairs: Sequence[Repair]) -> Iterator[_Row]:
    for repair in repairs:
        yield _row("repair", "bold green", str(repair.cost), Text(repair_sentence(repair)))


def _alternatives(result: Result) -> Iterator[_Row]:
    """How good each further roster is, and how far from the one drawn; the rosters themselves are in the JSON."""
    for other, distance in list(zip(result.alternatives, (row[0] for row in result.distances), strict=True))[1:]:
        yield _row("other", "cyan", str(other.objective), Text(say("render.alternative", cells=distance)))


def _warnings(warnings: Sequence[Notice]) -> Iterator[_Row]:
    for notice in warnings[:MOST_WARNINGS]:
        yield _row("warning", "cyan", "", Text(plain(notice.message)), notice.code)
    if len(warnings) > MOST_WARNINGS:
        yield _more(say("render.more_warnings", count=len(warnings) - MOST_WARNINGS))


def _more(sentence: str) -> _Row:
    return _row("", "", "", Text(sentence, "dim"))
