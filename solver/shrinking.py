"""Shrink: the smallest part of an infeasible problem that still shows the same conflict.

Delta debugging: the algorithm ddmin of Zeller and Hildebrandt ("Simplifying and Isolating Failure-Inducing Input", IEEE
TSE 28(2), 2002), one kind of parts after another, large ones first, as Misherghi and Su do with trees ("HDD: Hierarchical
Delta Debugging", ICSE 2006), and again until nothing more can go. Parts are days at either end of the period, people,
groups, assignments, entries of rules, cells, history, … and at last single fields, which go back to their defaults; the
parts that the conflict names are tried first. Every candidate is read as any request is, and its conflicts are found anew.

The same conflict: as many facts of each rule. For n parts of a kind of which k stay, O(k log n) candidates where they
matter one by one, O(n²) at worst; each costs a model and its conflicts.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.errors import ProblemError
from solver.domain.fact import Fact
from solver.domain.period import days_between, plus
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.review import ENTRY_LISTS
from solver.explain.conflicts import MOST_CONFLICTS, Finder, conflict_of, parts_of
from solver.explain.scopes import scopes_of
from solver.search.budget import Budget

ASK_SHARE = 0.2  # of the time left, for one candidate
GRIDS: Final = ("prefilled", "history", "baseline")
SINGLE_SETTINGS: Final = (
    "backup_coverage", "backup_priority", "group_conflict", "stability", "holidays",
)  # fmt: skip

Document = dict[str, Any]
Part = tuple[str, ...]
"""What can be left out, by its kind and where it stands: ("staff", "sato"), ("prefilled", "sato", "2025-01-15")."""


class Shrunk(NamedTuple):
    """A smaller problem with the same conflict.

    `minimal`: none of its parts can be left out without losing the conflict; else time ran out before that was known.
    `tried`: candidates looked at.
    """

    problem: Problem
    conflict: Conflict
    minimal: bool
    tried: int


def shrink(problem: Problem, conflict: Conflict, seconds: float, stop: threading.Event | None = None) -> Shrunk | None:
    """The smallest problem that still shows the conflict, within so many seconds; None if the problem does not show it.

    Always the same, unless time runs out; setting `stop` counts as that.
    """
    search = _Search(conflict, Budget(seconds, None, stop))
    document = problem.canonical()
    if not search.shows(document):
        return None
    before: Document | None = None
    while before != document and not search.spent:
        before = document
        document = _shorter(document, search)
        for kind, list_parts in _KINDS.items():
            document = _fewer(document, list_parts(document), search, whole=kind == "staff")
    found, shown = search.found(document)
    return Shrunk(found, shown, not search.unsure and not search.spent, search.tried)


class _Search:
    """What candidates are asked, and what is known of the conflict."""

    def __init__(self, conflict: Conflict, budget: Budget) -> None:
        self.facts = conflict.facts
        self._budget = budget
        self._wanted = Counter(fact.rule for fact in conflict.facts)
        self._last: tuple[Document, Problem, list[Fact]] | None = None  # the smallest document that shows it
        self._known: dict[str, bool] = {}
        self.unsure = False  # whether some candidate was not decided in time
        self.tried = 0

    @property
    def spent(self) -> bool:
        """Whether time ran out."""
        return self._budget.spent

    def shows(self, document: Document) -> bool:
        """Whether a document is a problem with such a conflict; False, too, where that was not decided in time."""
        key = json.dumps(document, ensure_ascii=False)
        if key not in self._known:
            if self.spent:
                self.unsure = True
                return False
            self.tried += 1
            self._known[key] = self._ask(document)
        return self._known[key]

    def _ask(self, document: Document) -> bool:
        try:
            problem = read_problem(document)
        except ProblemError:
            return False
        budget = self._budget.part(ASK_SHARE, 0.0) if self._last is not None else self._budget
        parts = parts_of(problem, budget)
        if parts is None:
            self.unsure = True
            return False
        finder = Finder(parts, scopes_of(problem))
        cores = finder.disjoint(MOST_CONFLICTS, self._same)
        same = next((core for core, _ in cores if self._same(core)), None)
        if same is not None:
            self._last = (document, problem, same)
            self.facts = tuple(map(ConflictFact.of, same))
        elif not finder.nothing_left and len(cores) < MOST_CONFLICTS:
            self.unsure = True
        return same is not None

    def _same(self, facts: Iterable[Fact]) -> bool:
        return Counter(fact.rule for fact in facts) == self._wanted

    def found(self, document: Document) -> tuple[Problem, Conflict]:
        """The problem of a document that shows the conflict, and the conflict in it, proved within the budget."""
        assert self._last is not None
        assert self._last[0] == document
        _, problem, facts = self._last
        parts = parts_of(problem, self._budget)
        if parts is None:
            return problem, conflict_of(problem, facts, proved=False)
        cores = Finder(parts, scopes_of(problem)).disjoint(MOST_CONFLICTS, self._same)
        proved = next((proved for core, proved in cores if self._same(core) and set(core) == set(facts)), False)
        return problem, conflict_of(problem, facts, proved=proved)


# ---- ddmin --------------------------------------------------------------------------------------------


def ddmin(parts: Sequence[Part], shows: Callable[[Sequence[Part]], bool], guess: Sequence[Part] = ()) -> list[Part]:
    """A part of the parts that still `shows` and none of which can be left out; `guess` is what may suffice.

    All parts together show it. Nothing and the guess are tried first; else the paper's ddmin: halves, their complements,
    then ever finer pieces.
    """
    if not parts or shows([]):
        return []
    kept = list(guess) if len(guess) < len(parts) and shows(guess) else list(parts)
    pieces = 2
    while len(kept) > 1:
        chunks = [kept[len(kept) * i // pieces : len(kept) * (i + 1) // pieces] for i in range(pieces)]
        one = next((chunk for chunk in chunks if shows(chunk)), None)
        if one is not None:
            kept, pieces = one, 2
            continue
        rests = ([part for other in chunks if other is not chunk for part in other] for chunk in chunks)
        rest = next((rest for rest in rests if shows(rest)), None) if pieces > 2 else None
        if rest is not None:
            kept, pieces = rest, max(pieces - 1, 2)
        elif pieces >= len(kept):
            break
        else:
            pieces = min(len(kept), 2 * pieces)
    return kept


def _fewer(document: Document, parts: Sequence[Part], search: _Search, *, whole: bool) -> Document:
    """The document with as few of the parts as still show the conflict; of `whole` ones at least one stays."""

    def only(kept: Sequence[Part]) -> Document:
        return without(document, set(parts).difference(kept))

    def shows(kept: Sequence[Part]) -> bool:
        return bool(kept or not whole) and search.shows(only(kept))

    return only(ddmin(parts, shows, [part for part in parts if _named(part, document, search.facts)]))


def _named(part: Part, document: Document, facts: Sequence[ConflictFact]) -> bool:
    """Whether the conflict speaks of a part; a guess, so it may err."""
    kind, *place = part
    paths = {fact.path for fact in facts}
    groups = {fact.group_id for fact in facts}
    people = {staff for fact in facts for staff in fact.staff_ids}
    if kind == "staff":
        return place[0] in people
    if kind == "group":
        return place[0] in groups
    if kind == "assignments":
        row = document["settings"]["backup_assignments"][int(place[1])]
        return row["group_id"] in groups
    pointer = "/" + "/".join(part)
    return any(path == pointer or path.startswith(pointer + "/") for path in paths)


def _shorter(document: Document, search: _Search) -> Document:
    """The document with as short a period as still shows the conflict: first the conflict's own days, then day by day."""
    start, end = _ends(document)
    named = [day for fact in search.facts for day in fact.dates if start <= day <= end]
    if named and search.shows(shortened := clipped(document, min(named), max(named))):
        document = shortened
    for side in (0, 1):
        cut = len(days_between(*_ends(document))) // 2
        while cut:  # ever smaller cuts, then one day at a time
            first, last = _ends(document)
            ends = (plus(first, cut), last) if side == 0 else (first, plus(last, -cut))
            if ends[0] <= ends[1] and search.shows(shortened := clipped(document, *ends)):
                document = shortened
            else:
                cut //= 2
    return document


def _ends(document: Document) -> tuple[date, date]:
    period = document["period"]
    return date.fromisoformat(period["start"]), date.fromisoformat(period["end"])


# ---- parts of a problem -------------------------------------------------------------------------------


def _cells(name: str) -> Callable[[Document], list[Part]]:
    def listed(document: Document) -> list[Part]:
        return [(name, staff, day) for staff, row in (document[name] or {}).items() for day in row]

    return listed


def _rows(*names: str) -> Callable[[Document], list[Part]]:
    def listed(document: Document) -> list[Part]:
        return [("settings", name, str(i)) for name in names for i in range(len(document["settings"][name]))]

    return listed


_KINDS: Final[dict[str, Callable[[Document], list[Part]]]] = {
    "staff": lambda document: [("staff", person["id"]) for person in document["staff"]],
    "group": lambda document: [("group", group["id"]) for group in document["settings"]["staff_groups"]],
    "entry": _rows(*ENTRY_LISTS),
    "setting": lambda document: [("settings", name) for name in SINGLE_SETTINGS if document["settings"][name] is not None],
    "assignments": lambda document: [
        ("assignments", "row", str(i)) for i in range(len(document["settings"]["backup_assignments"]))
    ],
    "calendar": lambda document: [("settings", "calendar", day) for day in document["settings"]["calendar"]],
    **{name: _cells(name) for name in GRIDS},
    "history_counts": lambda document: [("history_counts", staff) for staff in document["history_counts"]],
    "member": lambda document: [
        ("member", group["id"], staff) for group in document["settings"]["staff_groups"] for staff in group["members"]
    ],
    "shift": lambda document: [("shift", shift["symbol"]) for shift in document["settings"]["shift_types"]],
    "field": lambda document: [*_fields(document)],
}
"""The parts of a document, kind by kind; what matters to most others comes first."""


def _fields(document: Document) -> Iterator[Part]:
    """The fields of people and settings that say something and could be left out; a name or an id tells what is what."""
    problem = read_problem(document)
    for i, person in enumerate(problem.staff):
        yield from _said(person, "field", "staff", str(i))
    for name in type(problem.settings).model_fields:
        value = getattr(problem.settings, name)
        for i, row in enumerate(value if isinstance(value, tuple) else ()):
            yield from _said(row, "field", "settings", name, str(i))
        if isinstance(value, BaseModel):
            yield from _said(value, "field", "settings", name)


def _said(model: BaseModel, *place: str) -> Iterator[Part]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if name in ("id", "name") or value == field.get_default(call_default_factory=True, validated_data={}):
            continue
        if isinstance(value, BaseModel):
            yield from _said(value, *place, name)
        elif not field.is_required():
            yield (*place, name)


def _without_fields(data: Any, paths: Iterable[Part]) -> Any:
    """JSON data without what stands at some places."""
    here, below = set(), defaultdict(list)
    for first, *rest in paths:
        if rest:
            below[first].append(tuple(rest))
        else:
            here.add(first)
    if isinstance(data, dict):
        return {k: _without_fields(v, below[k]) if k in below else v for k, v in data.items() if k not in here}
    return [_without_fields(one, below[str(i)]) if str(i) in below else one for i, one in enumerate(data)]


def without(document: Document, parts: Iterable[Part]) -> Document:
    """The document without some parts of one kind, and without what is about them alone."""
    gone = set(parts)
    if any(part[0] == "field" for part in gone):
        return Document(_without_fields(document, [part[1:] for part in gone]))
    settings = document["settings"]
    staff = [person for person in document["staff"] if ("staff", person["id"]) not in gone]
    groups = [group for group in settings["staff_groups"] if ("group", group["id"]) not in gone]
    people, named = {person["id"] for person in staff}, {group["id"] for group in groups}
    rows = enumerate(settings["backup_assignments"])
    made = {
        **settings,
        "shift_types": [shift for shift in settings["shift_types"] if ("shift", shift["symbol"]) not in gone],
        "staff_groups": [
            {**group, "members": [m for m in group["members"] if m in people and ("member", group["id"], m) not in gone]}
            for group in groups
        ],
        "backup_assignments": [
            row
            for i, row in rows
            if ("assignments", "row", str(i)) not in gone and row["staff_id"] in people and row["group_id"] in named
        ],
        "calendar": {day: rule for day, rule in settings["calendar"].items() if ("settings", "calendar", day) not in gone},
    }
    for name in SINGLE_SETTINGS:
        if ("settings", name) in gone:
            made[name] = None
    for name in ENTRY_LISTS:
        left = (row for i, row in enumerate(settings[name]) if ("settings", name, str(i)) not in gone)
        made[name] = [row for row in (_about(row, people, named) for row in left) if row is not None]
    return {
        **document,
        "staff": staff,
        "settings": made,
        **{name: _grid(name, document[name], people, gone) for name in GRIDS},
        "history_counts": {
            s: counts
            for s, counts in document["history_counts"].items()
            if s in people and ("history_counts", s) not in gone
        },
    }


def _grid(name: str, rows: Any, people: set[str], gone: set[Part]) -> Any:
    """The cells that are left; a baseline without any is none."""
    if rows is None:
        return None
    kept = {s: {day: symbol for day, symbol in row.items() if (name, s, day) not in gone} for s, row in rows.items()}
    kept = {s: row for s, row in kept.items() if row and s in people}
    return kept or (None if name == "baseline" else {})


def _about(row: dict[str, Any], people: set[str], groups: set[str]) -> dict[str, Any] | None:
    """An entry about the people and groups that are left; None where it is about nobody any more."""
    if row.get("staff_id", next(iter(people), None)) not in people:
        return None
    scope = {**row["scope"]}
    for holder, field, left in ((scope, "staff_ids", people), (scope, "group_ids", groups), (row, "staff_ids", people)):
        named = holder.get(field)
        if named:
            kept = [one for one in named if one in left]
            if not kept:
                return None
            if holder is row:
                row = {**row, field: kept}
            else:
                scope[field] = kept
    return {**row, "scope": scope}


def clipped(document: Document, start: date, end: date) -> Document:
    """The document with another period inside its own, without what lies outside of that."""
    first, last = start.isoformat(), end.isoformat()

    def inside(day: str) -> bool:
        return first <= day <= last

    settings = dict(document["settings"])
    settings["calendar"] = {day: rule for day, rule in settings["calendar"].items() if day <= last}
    for name in ENTRY_LISTS:
        settings[name] = [row for row in (_within(row, inside) for row in settings[name]) if row is not None]
    grids = {
        name: {s: {day: symbol for day, symbol in row.items() if inside(day)} for s, row in (document[name] or {}).items()}
        for name in ("prefilled", "baseline")
    }
    kept = {name: {s: row for s, row in rows.items() if row} for name, rows in grids.items()}
    return {
        **document,
        "period": {"start": first, "end": last},
        "settings": settings,
        "prefilled": kept["prefilled"],
        "baseline": kept["baseline"] or None,
    }


def _within(row: dict[str, Any], inside: Callable[[str], bool]) -> dict[str, Any] | None:
    """An entry without the dates outside; None where none is left."""
    if "date" in row and not inside(row["date"]):
        return None
    if not row.get("dates"):
        return row
    dates = [day for day in row["dates"] if inside(day)]
    return {**row, "dates": dates} if dates else None
