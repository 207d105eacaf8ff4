"""The Second International Nurse Rostering Competition (INRC-II): its text files as one problem, rosters as its solutions.

The competition deals the weeks one by one; here all of them are known (the *static* problem): a scenario, a history and
the weeks in their order. `read` gives a problem document in which each rule of the competition is a rule of toban. Somebody
may work a shift with any of his skills, so a symbol is a shift with a skill:

| of the competition | here | weight |
|---|---|--:|
| H1 one assignment a day | a cell; a day without one is × | hard |
| H2 least staff of a shift and skill | `demand`, `min` | hard |
| H3 shift successions | `forbidden_sequences`, also from the last shift of the history | hard |
| H4 skills | `allowed_shifts` | hard |
| S1 best staff | `demand`, `target` | 30 |
| S2 consecutive days on a shift, at work | `stretches` with `include_history` | 15, 30 |
| S3 consecutive days off | `stretches` with `include_history` | 30 |
| S4 requests | `requests`: × for a day off, otherwise not the shift with any skill | 10 |
| S5 complete weekends | `weekends`, `complete` | 30 |
| S6 assignments over the horizon | `monthly_limits`, measure `count`, less those of the history | 20 |
| S7 weekends over the horizon | `weekends`, `max_working`, less those of the history | 30 |

The competition's score is toban's penalty plus `constant`: what assignments and weekends of the history alone are above
their maximum, 0 for histories that begin a horizon. Of rosters that lack least staff, S1 is left out where the best is no
more than the least. A stretch of the history that is too long already costs only the days that it goes on; so `history`
holds no more days of it than are allowed. Weeks start on a Monday; which one does not matter.

Source: S. Ceschia, N. Dang, P. De Causmaecker, S. Haspeslagh, A. Schaerf, *The second international nurse rostering
competition*, Annals of Operations Research 274, 2019, doi:10.1007/s10479-018-2816-0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from datasets.formats.unreadable import Unreadable
from solver.domain.period import plus
from solver.domain.settings import MOST_SHIFT_TYPES

__all__ = ["Loaded", "Unreadable", "read", "write"]

START = date(2026, 1, 5)  # a Monday
OFF, NOT_TOLD, SPARE = "×", "⊘", "⊙"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NO_SHIFT, ANY_SHIFT = "None", "Any"
OPTIMUM, SAME_SHIFT, IN_A_ROW, REQUEST, COMPLETE, ASSIGNMENTS, WEEKENDS = 30, 15, 30, 10, 30, 20, 30  # weights
LONGEST_NAME = 7  # of a shift or a skill within a symbol

Bounds = tuple[int, int]
T = TypeVar("T")


class Loaded(NamedTuple):
    """A problem document, and what the competition's score is beyond toban's penalty."""

    document: dict[str, Any]
    constant: int


class Contract(NamedTuple):
    """A line of CONTRACTS: least and most."""

    assignments: Bounds
    work: Bounds
    off: Bounds
    weekends: int
    complete: bool


class Nurse(NamedTuple):
    """A line of NURSES."""

    id: str
    contract: str
    skills: tuple[str, ...]


class Past(NamedTuple):
    """A line of NURSE_HISTORY; the last three count days in a row."""

    assignments: int
    weekends: int
    last_shift: str | None
    on_shift: int
    at_work: int
    off: int


class Scenario(NamedTuple):
    """What a scenario file says. `shifts`: least and most days in a row; `never_after`: shift → shifts."""

    name: str
    skills: list[str]
    shifts: dict[str, Bounds]
    never_after: dict[str, list[str]]
    contracts: dict[str, Contract]
    nurses: list[Nurse]


class Week(NamedTuple):
    """What a week's file says. `needed`: (shift, skill) → least and best of each day; `wishes`: nurse, shift, day."""

    needed: dict[tuple[str, str], list[Bounds]]
    wishes: list[tuple[str, str, int]]


def read(scenario: str, history: str, weeks: Sequence[str], *, start: date = START) -> Loaded:
    """Make one problem of a scenario, a history and the weeks, given as the texts of their files.

    Raises
    ------
    Unreadable
        Some text is not in the format; it tells of every line at fault.
    ValueError
        `start` is no Monday, or there is no week.
    """
    if start.isoweekday() != 1 or not weeks:
        raise ValueError(f"found {start} and {len(weeks)} weeks, expected a Monday and at least one week")
    faults: list[str] = []
    made = _Reader(scenario, "scenario", faults).scenario()
    past = _Reader(history, "history", faults).history(made)
    dealt = [_Reader(text, f"week {i}", faults).week(made) for i, text in enumerate(weeks)]
    faults += _beyond(made, past)
    if faults:
        raise Unreadable(faults)
    return _Writer(made, past, dealt, start).loaded()


def write(document: Mapping[str, Any], schedule: Mapping[str, Mapping[str, str]], *, scenario: str) -> list[str]:
    """Write a schedule (staff id → ISO date → symbol) as the competition's solution files, a text for each week."""
    names = {shift["symbol"]: shift.get("name", "") for shift in document["settings"]["shift_types"]}
    start, end = (date.fromisoformat(document["period"][side]) for side in ("start", "end"))
    texts = []
    for week in range(((end - start).days + 1) // 7):
        lines = [
            f"{person['id']} {day} {names[symbol]}"
            for person in document["staff"]
            for i, day in enumerate(DAYS)
            if (symbol := schedule.get(person["id"], {}).get(plus(start, 7 * week + i).isoformat(), OFF)) != OFF
        ]
        texts.append("\n".join(["SOLUTION", f"{week} {scenario}", "", f"ASSIGNMENTS = {len(lines)}", *lines, ""]))
    return texts


# ---- the document ---------------------------------------------------------------------------------


class _Writer:
    """Makes the document of an instance that is read."""

    def __init__(self, scenario: Scenario, past: dict[str, Past], weeks: list[Week], start: date) -> None:
        self.scenario, self.past, self.weeks, self.start = scenario, past, weeks, start
        shifts, skills = shortened(scenario.shifts), shortened(scenario.skills)
        self.symbols = {(k, q): f"{shifts[k]}.{skills[q]}" for k in scenario.shifts for q in scenario.skills}
        # With one shift type alone a stretch on it would be one at work: another makes the difference, in the history only.
        self.one_shift = len(scenario.shifts) == 1
        self.constant = 0

    def on(self, shift: str) -> list[str]:
        """The symbols of a shift, whatever the skill."""
        return [self.symbols[shift, skill] for skill in self.scenario.skills]

    def day(self, index: int) -> str:
        return plus(self.start, index).isoformat()

    def loaded(self) -> Loaded:
        rows = {nurse.id: self.history(nurse) for nurse in self.scenario.nurses}
        history = {s: {self.day(-1 - i): k for i, k in enumerate(reversed(row))} for s, row in rows.items()}
        settings = {
            "shift_types": [
                *({"symbol": k, "name": f"{of} {skill}", "kind": "work"} for (of, skill), k in self.symbols.items()),
                {"symbol": OFF, "name": "day off", "role": "off", "kind": "off"},
                *([{"symbol": SPARE, "name": "another shift", "kind": "work"}] if self.one_shift else []),
                *([{"symbol": NOT_TOLD, "kind": "away"}] if any(NOT_TOLD in row for row in rows.values()) else []),
            ],
            "forbidden_sequences": [
                {"symbols": [self.on(k), [x for after in never for x in self.on(after)]], "hard": True}
                for k, never in self.scenario.never_after.items()
                if never
            ],
            "allowed_shifts": list(self.allowed()),
            "demand": list(self.demand()),
            "stretches": list(self.stretches()),
            "monthly_limits": list(self.limits()),
            "weekends": list(self.weekends()),
            "requests": list(self.requests()),
            "fairness": [],
        }
        end = self.day(7 * len(self.weeks) - 1)
        document = {
            "period": {"start": self.start.isoformat(), "end": end},
            "staff": [{"id": nurse.id, "skills": list(nurse.skills)} for nurse in self.scenario.nurses],
            "settings": settings,
            "history": history,
        }
        return Loaded(document, self.constant)

    def history(self, nurse: Nurse) -> list[str]:
        """The days before the period that still matter, the last one last."""
        past, contract = self.past[nurse.id], self.scenario.contracts[nurse.contract]
        if past.last_shift is None:
            return [OFF] * min(past.off, contract.off[1]) or [NOT_TOLD]
        at_work = min(past.at_work, contract.work[1])
        on_shift = min(past.on_shift, self.scenario.shifts[past.last_shift][1])
        another = next((self.on(k)[0] for k in self.scenario.shifts if k != past.last_shift), SPARE)
        return [another] * (at_work - on_shift) + self.on(past.last_shift)[:1] * on_shift

    def of_contract(self, value: Callable[[Nurse, Contract], T], entry: Callable[[T], dict[str, Any]]) -> Iterator[Any]:
        """One entry for all nurses of whom the same is asked."""
        people: dict[T, list[str]] = {}
        for nurse in self.scenario.nurses:
            people.setdefault(value(nurse, self.scenario.contracts[nurse.contract]), []).append(nurse.id)
        for asked, ids in people.items():
            made = entry(asked)
            if made:
                yield {**made, "scope": {"staff_ids": ids}}

    def allowed(self) -> Iterator[dict[str, Any]]:
        def entry(skills: frozenset[str]) -> dict[str, Any]:
            symbols = [k for (_, skill), k in self.symbols.items() if skill in skills]
            everything = len(symbols) == len(self.symbols) and not self.one_shift
            return {} if everything else {"symbols": [*symbols, OFF], "hard": True}

        return self.of_contract(lambda nurse, _: frozenset(nurse.skills), entry)

    def demand(self) -> Iterator[dict[str, Any]]:
        """Equal demands are one entry on several dates; more than the best is no fault."""
        dates: dict[tuple[str, int, int], list[str]] = {}
        for w, week in enumerate(self.weeks):
            for pair, bounds in week.needed.items():
                for d, (least, best) in enumerate(bounds):
                    if max(least, best):
                        dates.setdefault((self.symbols[pair], least, max(least, best)), []).append(self.day(7 * w + d))
        for (symbol, least, best), days in dates.items():
            most = max(best, len(self.scenario.nurses))
            bounds_ = {"min": least, "target": best, "max": most, "hard": True, "under_weight": OPTIMUM}
            yield {"symbols": [symbol], **bounds_, "dates": days}

    def stretches(self) -> Iterator[dict[str, Any]]:
        def entry(weight: int, **of: Any) -> Callable[[Bounds], dict[str, Any]]:
            return lambda b: {**of, "min": max(1, b[0]), "max": b[1], "weight": weight, "include_history": True}

        yield from self.of_contract(lambda _, contract: contract.work, entry(IN_A_ROW, kind="work"))
        yield from self.of_contract(lambda _, contract: contract.off, entry(IN_A_ROW, kind="off"))
        for shift, bounds in self.scenario.shifts.items():
            yield entry(SAME_SHIFT, symbols=self.on(shift))(bounds)

    def limits(self) -> Iterator[dict[str, Any]]:
        def left(nurse: Nurse, contract: Contract) -> Bounds:
            (low, high), done = contract.assignments, self.past[nurse.id].assignments
            self.constant += ASSIGNMENTS * max(0, done - high)
            return max(0, low - done), max(0, high - done)

        symbols = list(self.symbols.values())
        shared = {"measure": "count", "symbols": symbols, "weight": ASSIGNMENTS}
        yield from self.of_contract(left, lambda bounds: {**shared, "min": bounds[0], "max": bounds[1]})

    def weekends(self) -> Iterator[dict[str, Any]]:
        def left(nurse: Nurse, contract: Contract) -> int:
            done = self.past[nurse.id].weekends
            self.constant += WEEKENDS * max(0, done - contract.weekends)
            return max(0, contract.weekends - done)

        yield from self.of_contract(left, lambda most: {"max_working": most, "weight": WEEKENDS})
        yield from self.of_contract(
            lambda _, contract: contract.complete, lambda whole: {"complete": True, "weight": COMPLETE} if whole else {}
        )

    def requests(self) -> Iterator[dict[str, Any]]:
        for w, week in enumerate(self.weeks):
            for nurse, shift, day in week.wishes:
                cell = {"staff_id": nurse, "date": self.day(7 * w + day), "weight": REQUEST}
                if shift == ANY_SHIFT:
                    yield {**cell, "symbol": OFF}
                else:
                    for symbol in self.on(shift):
                        yield {**cell, "symbol": symbol, "want": False}


def shortened(names: Iterable[str]) -> dict[str, str]:
    """The shortest beginnings by which the names can be told apart; their places where those would be long."""
    names = list(names)
    for length in range(1, LONGEST_NAME + 1):
        short = [name[:length] for name in names]
        if len({text.casefold() for text in short}) == len(names):
            return dict(zip(names, short, strict=True))
    return {name: str(i + 1) for i, name in enumerate(names)}


def _beyond(scenario: Scenario, past: dict[str, Past]) -> Iterator[str]:
    """What cannot be told: too many symbols, and stretches of the history that are longer than several maxima allow."""
    types = len(scenario.shifts) * len(scenario.skills)
    if types + 3 > MOST_SHIFT_TYPES:
        yield f"scenario: found {types} pairs of a shift and a skill, expected at most {MOST_SHIFT_TYPES - 3}"
    for nurse in scenario.nurses:
        done, contract = past.get(nurse.id), scenario.contracts.get(nurse.contract)
        if done is None or contract is None or done.last_shift not in scenario.shifts:
            continue
        on_shift = min(done.on_shift, scenario.shifts[done.last_shift][1])
        if on_shift > min(done.at_work, contract.work[1]):
            yield (
                f"history: found {nurse.id} {done.at_work} days at work and {done.on_shift} on {done.last_shift}, "
                f"expected at most {contract.work[1]} in a row"
            )


# ---- the texts ------------------------------------------------------------------------------------

_PAIR = re.compile(r"\((\d+),(\d+)\)", re.ASCII)
Line = tuple[int, list[str]]
"""The number of a line, and its words."""


class _Reader:
    """Reads one file; what is wrong with it goes to `faults`."""

    def __init__(self, text: str, name: str, faults: list[str]) -> None:
        self.name, self.faults = name, faults
        self.sections: dict[str, list[Line]] = {}
        self.values: dict[str, str] = {}
        current: list[Line] = []
        for number, raw in enumerate(text.splitlines(), 1):
            words = re.sub(r"\s*,\s*", ",", raw).split()
            if words and re.fullmatch(r"[A-Z_]{2,}", words[0]) and (len(words) == 1 or words[1] == "="):
                current = self.sections.setdefault(words[0], [])
                self.values[words[0]] = " ".join(words[2:])
            elif words:
                current.append((number, words))

    def fault(self, line: int, found: object, expected: str) -> None:
        self.faults.append(f"{self.name} line {line}: found {found!r}, expected {expected}")

    def rows(self, section: str, words: int, make: Callable[[int, list[str]], T]) -> list[T]:
        """What `make` reads from each line of a section that has enough words."""
        if section not in self.sections:
            self.faults.append(f"{self.name}: found no {section}, expected one")
        made = []
        for number, line in self.sections.get(section, []):
            if len(line) < words:
                self.fault(number, " ".join(line), f"at least {words} words of {section}")
            else:
                made.append(make(number, line))
        return made

    def number(self, line: int, text: str) -> int:
        if text.isascii() and text.isdigit():
            return int(text)
        self.fault(line, text, "a whole number")
        return 0

    def pair(self, line: int, text: str) -> Bounds:
        found = _PAIR.fullmatch(text)
        if found:
            return int(found[1]), int(found[2])
        self.fault(line, text, "a pair of numbers such as (2,5)")
        return 0, 1

    def in_a_row(self, line: int, text: str) -> Bounds:
        low, high = self.pair(line, text)
        if not low <= high or high < 1:
            self.fault(line, text, "a maximum of at least 1 and at least the minimum")
            return 1, 1
        return low, high

    def known(self, line: int, text: str, names: Iterable[str], what: str) -> str:
        if text not in names:
            self.fault(line, text, f"a known {what}")
        return text

    def scenario(self) -> Scenario:
        name = self.values.get("SCENARIO", "")
        skills = self.rows("SKILLS", 1, lambda _, words: words[0])
        shifts = dict(self.rows("SHIFT_TYPES", 2, lambda n, words: (words[0], self.in_a_row(n, words[1]))))
        never = self.rows("FORBIDDEN_SHIFT_TYPES_SUCCESSIONS", 2, lambda n, words: self.successions(n, words, shifts))
        contracts = dict(self.rows("CONTRACTS", 6, self.contract))
        nurses = self.rows("NURSES", 3, lambda n, words: self.nurse(n, words, contracts, skills))
        for what, names in (("skill", skills), ("shift type", shifts), ("nurse", nurses)):
            if not names:
                self.faults.append(f"{self.name}: found no {what}, expected at least one")
        return Scenario(name, skills, shifts, dict(never), contracts, nurses)

    def successions(self, line: int, words: list[str], shifts: Mapping[str, Bounds]) -> tuple[str, list[str]]:
        for shift in (words[0], *words[2:]):
            self.known(line, shift, shifts, "shift type")
        return words[0], words[2:]

    def contract(self, line: int, words: list[str]) -> tuple[str, Contract]:
        low, high = self.pair(line, words[1])
        if low > high:
            self.fault(line, words[1], "a maximum of at least the minimum")
        work, off = self.in_a_row(line, words[2]), self.in_a_row(line, words[3])
        return words[0], Contract((low, high), work, off, self.number(line, words[4]), words[5] != "0")

    def nurse(self, line: int, words: list[str], contracts: Mapping[str, Contract], skills: list[str]) -> Nurse:
        for skill in words[3:]:
            self.known(line, skill, skills, "skill")
        return Nurse(words[0], self.known(line, words[1], contracts, "contract"), tuple(words[3:]))

    def history(self, scenario: Scenario) -> dict[str, Past]:
        ids = [nurse.id for nurse in scenario.nurses]
        rows = dict(self.rows("NURSE_HISTORY", 7, lambda n, words: self.past(n, words, ids, scenario)))
        for missing in [s for s in ids if s not in rows]:
            self.faults.append(f"{self.name}: found no line of {missing}, expected one")
        return rows

    def past(self, line: int, words: list[str], ids: list[str], scenario: Scenario) -> tuple[str, Past]:
        nurse = self.known(line, words[0], ids, "nurse")
        assignments, weekends, on_shift, at_work, off = (self.number(line, words[i]) for i in (1, 2, 4, 5, 6))
        last = None if words[3] == NO_SHIFT else self.known(line, words[3], scenario.shifts, f"shift type or {NO_SHIFT}")
        if last is not None and not 1 <= on_shift <= at_work:
            self.fault(line, " ".join(words[4:6]), "at least one day on the last shift, and no more than days at work")
        return nurse, Past(assignments, weekends, last, on_shift, at_work, off)

    def week(self, scenario: Scenario) -> Week:
        needed = dict(self.rows("REQUIREMENTS", 9, lambda n, words: self.requirement(n, words, scenario)))
        wishes = self.rows("SHIFT_OFF_REQUESTS", 3, lambda n, words: self.wish(n, words, scenario))
        return Week(needed, wishes)

    def requirement(self, line: int, words: list[str], scenario: Scenario) -> tuple[tuple[str, str], list[Bounds]]:
        shift = self.known(line, words[0], scenario.shifts, "shift type")
        skill = self.known(line, words[1], scenario.skills, "skill")
        return (shift, skill), [self.pair(line, text) for text in words[2:9]]

    def wish(self, line: int, words: list[str], scenario: Scenario) -> tuple[str, str, int]:
        nurse = self.known(line, words[0], [n.id for n in scenario.nurses], "nurse")
        shift = self.known(line, words[1], (ANY_SHIFT, *scenario.shifts), f"shift type or {ANY_SHIFT}")
        if words[2] not in DAYS:
            self.fault(line, words[2], f"one of {' '.join(DAYS)}")
            return nurse, shift, 0
        return nurse, shift, DAYS.index(words[2])
