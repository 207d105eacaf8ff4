"""Absence drill: every single sick call, tried against a roster.

A sick call is one person who is at work in the roster and stands on × instead (on ⊘ where there is no ×), as a prefilled
fact, on one date. Only cells of that date may change: those who are off or away stay so, prefilled cells stay, somebody on
call who is idle may be called in, and all others may take any work shift. The call is survived if then some roster keeps
every hard rule that the given roster keeps — but for rules about the sick person alone (his own days off in a row), which
nobody else could mend.

    survives(s, d)  ⇔  ∃ roster, equal to the given one but on d, with (s, d) on × and no hard fact newly broken      (1)

First the checker judges the roster with the one cell changed: mostly that is the answer. Else CP-SAT decides (1) in a model
in which every other date is a constant. Calls that the time does not allow are `untried`, never survived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from pydantic import Field

from solver.domain.base import Day
from solver.domain.errors import ProblemError
from solver.domain.fact import Fact, Violation
from solver.domain.fault import Fault
from solver.domain.group import StaffGroup
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.judgement import judgement_of
from solver.model import Lit, Mode, RosterModel, impossible, negated
from solver.questions.asking import absence_faults
from solver.questions.base_roster import Source, base_roster
from solver.questions.what_if import (
    Answer,
    Mark,
    beside_himself,
    hard,
    mark_of,
    newly_broken,
    with_cells_fixed,
)
from solver.search import Budget, build
from solver.search.cp_sat import new_solver, solve_briefly, solve_until

MOST_WEAK = 5  # links listed of each kind


class DrillFailure(Answer):
    """A sick call that breaks the roster; `broken` are the hard rules broken where nobody else moves."""

    staff_id: str
    date: Day
    group_ids: tuple[str, ...] = Field(description="the groups whose cover is missing")
    broken: tuple[Violation, ...]
    message: str


class WeakPerson(Answer):
    """How many of somebody's sick calls fail."""

    staff_id: str
    failures: int


class WeakDate(Answer):
    """How many sick calls of a date fail."""

    date: Day
    failures: int


class WeakGroup(Answer):
    """How many sick calls leave a group without cover."""

    group_id: str
    failures: int


class Weakest(Answer):
    """The people, dates and groups with the most failures, worst first; at most five of each."""

    staff: tuple[WeakPerson, ...]
    dates: tuple[WeakDate, ...]
    groups: tuple[WeakGroup, ...]


class ChainSlack(Answer):
    """Eligible backups who could come minus covers needed, by open date; 0: one more absence breaks the chain."""

    group_id: str
    minimum: int
    by_date: dict[Day, int]


class Drill(Answer):
    """What sick calls do to a roster."""

    roster: Source = Field(description="given, or the status of the solve that made it")
    schedule: dict[str, dict[str, str]] | None = Field(description="the roster drilled; null where none was found")
    share: float | None = Field(description="survived / tried, rounded down to 4 places; null where none was tried")
    tried: int
    survived: int
    untried: int = Field(description="calls the time did not allow")
    failures: tuple[DrillFailure, ...]
    weakest: Weakest
    slack: tuple[ChainSlack, ...]


def drill_faults(problem: Problem) -> list[Fault]:
    """What is wrong with the question itself: nobody can be absent where no shift type is off or away."""
    return absence_faults(problem, None, "/problem/settings/shift_types")


def drill(problem: Problem, schedule: Schedule | None = None, *, budget: Budget | None = None) -> Drill:
    """Try every sick call against the roster, else against the one solved for first with half of the time.

    All of it takes `options.time_limit` seconds and `options.deterministic_limit` of work at most, or what the `budget`
    allows.

    Raises
    ------
    ProblemError
        Where no shift type is off or away.
    """
    faults = drill_faults(problem)
    if faults:
        raise ProblemError(tuple(faults))
    budget = budget or Budget(problem.options.time_limit, problem.options.deterministic_limit)
    base = base_roster(problem, schedule, budget)
    if base.schedule is None:
        return Drill(
            roster=base.source,
            schedule=None,
            share=None,
            tried=0,
            survived=0,
            untried=0,
            failures=(),
            weakest=_weakest(()),
            slack=(),
        )
    return _Driller(problem, base.schedule, budget).run(base.source)


class _Driller:
    """The calls of one roster."""

    def __init__(self, problem: Problem, schedule: Schedule, budget: Budget) -> None:
        self._problem, self._schedule, self._budget = problem, schedule, budget
        self._absence = problem.off or problem.away or ""
        self._before = judgement_of(problem, schedule)
        self._broken: frozenset[Mark] = frozenset(mark_of(violation) for violation in hard(self._before.violations))

    def run(self, source: Source) -> Drill:
        failures: list[DrillFailure] = []
        tried = survived = untried = 0
        for day in self._problem.days:
            shared: RosterModel | None = None
            for person in self._problem.staff:
                staff = person.id
                if not self._at_work(staff, day):
                    continue
                if self._budget.spent:
                    untried += 1
                    continue
                broken, own = self._alone(staff, day)
                lives: bool | None = not broken
                if broken:
                    if not own and self._can_share(staff, day):
                        shared = shared or self._model(day)
                        lives = self._survives(shared, staff, day)
                    else:
                        lives = self._survives(self._model(day, staff), staff, day)
                if lives is None:
                    untried += 1
                    continue
                tried += 1
                survived += lives
                if not lives:
                    failures.append(self._failure(staff, day, broken))
        return Drill(
            roster=source,
            schedule=self._schedule.to_json(),
            # Rounded down, so that 1 means all of them.
            share=int(survived / tried * 10_000) / 10_000 if tried else None,
            tried=tried,
            survived=survived,
            untried=untried,
            failures=tuple(failures),
            weakest=_weakest(failures),
            slack=tuple(self._slack(group) for group in self._problem.groups if self._problem.assignments_of[group.id]),
        )

    def _at_work(self, staff: str, day: date) -> bool:
        shift = self._problem.shift_by_symbol.get(self._schedule.at(staff, day) or "")
        return shift is not None and shift.kind == "work" and self._problem.employed(staff, day)

    # ---- one call -----------------------------------------------------------------------------------

    def _alone(self, staff: str, day: date) -> tuple[list[Violation], bool]:
        """What newly breaks where nobody else moves, and whether some rule about the sick person alone does too."""
        sick = with_cells_fixed(self._problem, {(staff, day): self._absence})
        changed = self._schedule.with_cell(staff, day, self._absence)
        after = self._before.after(sick, changed, [(staff, day)]).violations
        new = [one for one in hard(newly_broken(self._before.violations, after)) if mark_of(one) not in self._broken]
        broken = beside_himself(new, staff)
        return broken, len(new) > len(broken)

    def _can_share(self, staff: str, day: date) -> bool:
        """Whether × planned and × prefilled are the same to every hard rule, so that one model serves the date's calls."""
        coverage, priority = self._problem.settings.backup_coverage, self._problem.settings.backup_priority
        strict = coverage is not None and coverage.priority == "strict"
        harsh = priority is not None and priority.hard
        free = self._problem.pinned(staff, day) is None and self._absence in self._problem.choices(staff, day)
        return free and not strict and not harsh

    def _model(self, day: date, sick: str | None = None) -> RosterModel | None:
        """Only the date is open, and on it only who works or is idle on call; the sick person's absence is fixed."""
        problem, cells = self._problem, {}
        for staff in self._schedule.staff_ids:
            for other, symbol in self._schedule.row(staff).items():
                if other != day:
                    cells[staff, other] = symbol
        if sick is not None:
            cells[sick, day] = self._absence

        def counts(fact: Fact) -> bool:
            his_own = fact.group_id is None and fact.staff_ids == (sick,)
            return fact.hard and not his_own and mark_of(fact) not in self._broken

        model = build(with_cells_fixed(problem, cells), Mode.SOLVE, self._budget, counts)
        if model is None:
            return None
        for person in problem.staff:
            held = self._schedule.at(person.id, day)
            if held is not None and person.id != sick and not self._movable(person.id, day):
                _hold(model, model.x(person.id, day, held))
        return model

    def _movable(self, staff: str, day: date) -> bool:
        idle = staff in self._problem.on_call and self._schedule.at(staff, day) == self._problem.away
        return (idle or self._at_work(staff, day)) and self._problem.pinned(staff, day) is None

    def _survives(self, model: RosterModel | None, staff: str, day: date) -> bool | None:
        """Whether some roster of the date keeps the hard rules; None where the time did not last."""
        if model is None:
            return None
        away = set(self._problem.of_kind("off") + self._problem.of_kind("away"))
        asked = [model.x(staff, day, self._absence)]
        for person in self._problem.staff:  # whoever works goes on working, somebody on call may go idle
            if person.id != staff and person.id not in self._problem.on_call and self._movable(person.id, day):
                asked += [negated(lit) for k in away if not impossible(lit := model.x(person.id, day, k))]
        if any(map(impossible, asked)):
            return False
        model.cp.clear_assumptions()
        model.cp.add_assumptions([lit for lit in asked if not isinstance(lit, int)])
        # A date is small: more workers, or a thread that watches for a stop, mostly cost only their start.
        solver = new_solver(self._problem.options, self._budget)
        solver.parameters.num_workers = 1
        status = solve_briefly(solver, model.cp, self._budget)
        if status == "UNKNOWN" and not self._budget.spent:
            status = solve_until(new_solver(self._problem.options, self._budget), model.cp, self._budget)
        return None if status == "UNKNOWN" else status != "INFEASIBLE"

    def _failure(self, staff: str, day: date, broken: Sequence[Violation]) -> DrillFailure:
        name, symbol = self._problem.label(staff), self._schedule.at(staff, day)
        return DrillFailure(
            staff_id=staff,
            date=day,
            group_ids=tuple(dict.fromkeys(v.group_id for v in broken if v.group_id and v.rule == "backup_coverage")),
            broken=tuple(broken),
            message=say("questions.drill_fails", date=day, name=name, symbol=symbol, broken=broken[0].message),
        )

    # ---- the chains ---------------------------------------------------------------------------------

    def _slack(self, group: StaffGroup) -> ChainSlack:
        by_date = {day: self._slack_on(group, day) for day in self._problem.open_days}
        return ChainSlack(group_id=group.id, minimum=min(by_date.values(), default=0), by_date=by_date)

    def _slack_on(self, group: StaffGroup, day: date) -> int:
        """Eligible backups on ○, or free to go there, minus the covers needed."""
        problem = self._problem
        absent = sum(
            1 for member in problem.members_on(group, day) if not self._at_work(member, day) and not self._idle(member, day)
        )
        need = absent if group.cover == "each" else min(absent, 1)
        return sum(self._could_come(e.staff_id, day) for e in problem.eligible(group.id, day)) - need

    def _idle(self, staff: str, day: date) -> bool:
        return staff in self._problem.on_call and self._schedule.at(staff, day) == self._problem.away

    def _could_come(self, staff: str, day: date) -> bool:
        return self._schedule.at(staff, day) == self._problem.normal or self._movable(staff, day)


def _hold(model: RosterModel, lit: Lit) -> None:
    """Keep a cell as it is; one that the rules allow no choice is held already."""
    if not isinstance(lit, int):
        model.cp.add_bool_or([lit])


def _weakest(failures: Sequence[DrillFailure]) -> Weakest:
    groups = _most(group for failure in failures for group in failure.group_ids)
    return Weakest(
        staff=tuple(WeakPerson(staff_id=staff, failures=n) for staff, n in _most(f.staff_id for f in failures)),
        dates=tuple(WeakDate(date=day, failures=n) for day, n in _most(f.date for f in failures)),
        groups=tuple(WeakGroup(group_id=group, failures=n) for group, n in groups),
    )


def _most(found: Iterable[Hashable]) -> list[tuple[Any, int]]:
    return Counter(found).most_common(MOST_WEAK)
