"""Free days: who may be off on which date, at what price, and what forbids it.

For each person and date, measured against a roster:

* `free`        × there keeps every hard rule while nobody else's cell changes;
* `only_if`     some roster has × there, but other cells must change: the fewest, and which;
* `impossible`  no roster that keeps the hard rules has × there: the facts that forbid it, a minimal set where proved;
* `unknown`     the time did not last.

    impossible(s, d)  ⇔  no roster keeps all hard rules with x[s, d, ×] = 1                                           (1)
    changes(s, d)     =  min Σ_(t, e) ≠ (s, d) (1 − x[t, e, roster(t, e)])  over the rosters of (1)                   (2)

The checker decides `free`. What is left goes to one CP-SAT model of the hard rules, copied for each cell. A planned ×
is asked about, not a prefilled one, so a cell fixed at work, or on a must_work day, is impossible. Reasons are found last:
the × as a hard request contradicts the other facts, and the conflict without the request is the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field

from solver.domain.base import Day, pointer
from solver.domain.codes import Code
from solver.domain.conflict import ConflictFact
from solver.domain.entry import Request
from solver.domain.errors import ProblemError
from solver.domain.fact import Violation
from solver.domain.fault import Fault
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import one_by_one
from solver.explain.conflicts import MOST_CONFLICTS, Finder, conflict_of, find_conflicts, parts_of
from solver.explain.scopes import scopes_of
from solver.judgement import judgement_of, rules_ever_hard
from solver.model import Cost, Mode, RosterModel, impossible, negated
from solver.questions.asking import date_faults, day_of, people_faults
from solver.questions.base_roster import Source, base_roster
from solver.questions.what_if import Answer, Change, change, hard
from solver.search import Budget, build
from solver.search.cp_sat import new_solver, solve_briefly, solve_until
from solver.search.start import hint_from

CELL_SHARE = 0.3  # of the time left, at most, for one cell
REASON_SHARE = 0.3  # of the time left, at most, for one reason
REASONS_SECONDS = 4.0  # for all reasons that lie in one day, person, group or week
FAR_REASON_SHARE = 0.5  # of the time left for them, at most, for one reason that lies in none
FAR_REASONS_SECONDS = 8.0  # for all of these: beyond, a cell is told without the facts that forbid it
Mark = Literal["free", "only_if", "impossible", "unknown"]


class FreeCell(Answer):
    """What can be said of one person and date."""

    mark: Mark
    changes: tuple[Change, ...] = Field(default=(), description="only_if: the other cells that must change")
    fewest: bool | None = Field(default=None, description="only_if: whether fewer changes are proved impossible")
    facts: tuple[ConflictFact, ...] = Field(default=(), description="impossible: what forbids it")
    proved: bool | None = Field(default=None, description="impossible: whether each of the facts is proved to be needed")
    message: str | None = Field(default=None, description="only_if, impossible and unknown: why, in a sentence")


class FreeDays(Answer):
    """Who may be off when: staff id → date → cell, for every date of employment asked about."""

    roster: Source = Field(description="given, or the status of the solve that made it")
    schedule: dict[str, dict[str, str]] | None = Field(description="the roster measured against; null where none was found")
    cells: dict[str, dict[Day, FreeCell]]


def free_days_faults(problem: Problem, staff_ids: Any = None, dates: Any = None) -> list[Fault]:
    """What is wrong with the question itself."""
    faults = people_faults(problem, staff_ids, "/staff_ids") if staff_ids is not None else []
    faults += date_faults(problem, dates, "/dates") if dates is not None else []
    if problem.off is None:
        faults.append(Fault(Code.MISSING_ROLE, "/problem/settings/shift_types", None, "a shift type of role off"))
    return faults


def free_days(
    problem: Problem,
    schedule: Schedule | None = None,
    *,
    staff_ids: Sequence[str] | None = None,
    dates: Sequence[date | str] | None = None,
    budget: Budget | None = None,
) -> FreeDays:
    """Tell for each person and date (all, or those named) whether he may be off.

    Measured against the schedule, else against one solved for first with at most half of the time; all of it takes
    `options.time_limit` seconds and `options.deterministic_limit` of work at most, or what the `budget` allows.

    Raises
    ------
    ProblemError
        With every fault of the people and dates, and where no shift type is off.
    """
    faults = free_days_faults(problem, staff_ids, dates)
    if faults:
        raise ProblemError(tuple(faults))
    budget = budget or Budget(problem.options.time_limit, problem.options.deterministic_limit)
    people = [person.id for person in problem.staff] if staff_ids is None else list(staff_ids)
    days = problem.days if dates is None else tuple(sorted(day for day in map(day_of, dates) if day is not None))
    asked = [(staff, day) for staff in people for day in days if problem.employed(staff, day)]
    base = base_roster(problem, schedule, budget)
    found: dict[tuple[str, date], FreeCell]
    if base.schedule is not None:
        found = _Matrix(problem, base.schedule, budget).cells(asked)
    elif base.source == "INFEASIBLE":
        found = dict.fromkeys(asked, _no_roster_at_all(problem, budget))
    else:
        found = dict.fromkeys(asked, _unknown())
    cells: dict[str, dict[date, FreeCell]] = {staff: {} for staff in people}
    for staff, day in asked:
        cells[staff][day] = found[staff, day]
    shown = base.schedule.to_json() if base.schedule is not None else None
    return FreeDays(roster=base.source, schedule=shown, cells=cells)


class _Matrix:
    """All the cells, against one roster."""

    def __init__(self, problem: Problem, schedule: Schedule, budget: Budget) -> None:
        self._problem, self._schedule, self._budget = problem, schedule, budget
        self._off = problem.off or ""
        self._found: dict[tuple[str, date], FreeCell] = {}
        self._broken: dict[tuple[str, date], list[Violation]] = {}  # where nobody else moves
        self._before = judgement_of(problem, schedule, rules_ever_hard(problem))
        self._clean = not hard(self._before.violations)

    def cells(self, asked: Sequence[tuple[str, date]]) -> dict[tuple[str, date], FreeCell]:
        """Decide the cheap ones first: by what is fixed, by the checker, by CP-SAT, then find reasons."""
        for staff, day in asked:
            self._found[staff, day] = self._fixed(staff, day) or self._checked(staff, day)
        open_cells = [cell for cell in asked if self._found[cell].mark == "unknown"]
        model = build(self._problem, Mode.SOLVE, self._budget, lambda fact: fact.hard) if open_cells else None
        if model is not None:
            cost = self._changes(model)
            for staff, day in open_cells:
                if self._budget.spent:
                    break
                self._found[staff, day] = self._searched(model, cost, staff, day)
        reasons = self._budget.part(1.0, 0.0, REASONS_SECONDS)
        forbidden = [cell for cell in open_cells if self._found[cell].mark == "impossible"]
        known = _Reasons(self._problem, forbidden, self._off, reasons) if forbidden else None
        told: dict[tuple[str, date], FreeCell | None] = {}
        for cell in forbidden:
            told[cell] = self._reasoned(*cell, known, reasons, REASON_SHARE, far=False)
        further = self._budget.part(1.0, 0.0, FAR_REASONS_SECONDS)
        for cell in forbidden:
            found = told[cell] or self._reasoned(*cell, known, further, FAR_REASON_SHARE, far=True)
            self._found[cell] = found or self._unexplained(*cell)
        return self._found

    def _fixed(self, staff: str, day: date) -> FreeCell | None:
        """Cells that cannot hold × whatever the roster: fixed elsewhere, a must_work day, somebody on call."""
        problem = self._problem
        if self._off in problem.choices(staff, day):
            return None
        name, pin = problem.label(staff), problem.pinned(staff, day)
        if pin is not None:
            rule, path = "prefilled", pointer("prefilled", staff, day.isoformat())
            message = say("questions.free_pinned", date=day, name=name, symbol=pin)
        elif staff in problem.on_call:
            index = next(i for i, a in enumerate(problem.settings.backup_assignments) if a.staff_id == staff and a.is_active)
            rule, path = "on_call", pointer("settings", "backup_assignments", index)
            message = say("questions.free_on_call", date=day, name=name)
        else:
            rule, path = "calendar", pointer("settings", "calendar", day.isoformat())
            message = say("questions.free_must_work", date=day)
        fact = ConflictFact(rule=rule, staff_ids=(staff,), group_id=None, dates=(day,), path=path, message=message)
        return FreeCell(mark="impossible", facts=(fact,), proved=True, message=message)

    def _checked(self, staff: str, day: date) -> FreeCell:
        if self._budget.spent:
            return _unknown()
        if self._clean and self._schedule.at(staff, day) == self._off:
            return FreeCell(mark="free")
        changed = self._schedule.with_cell(staff, day, self._off)
        broken = hard(self._before.after(self._problem, changed, [(staff, day)]).violations)
        self._broken[staff, day] = broken
        return _unknown() if broken else FreeCell(mark="free")

    def _changes(self, model: RosterModel) -> Cost:
        """What the search minimises: cells that differ from the roster."""
        cost = Cost()
        for person in self._problem.staff:
            for day in self._problem.employed_days(person.id):
                symbol = self._schedule.at(person.id, day)
                cost.add(1, negated(model.x(person.id, day, symbol)) if symbol is not None else 1)
        hint_from(model, self._schedule)
        return cost

    def _searched(self, model: RosterModel, cost: Cost, staff: str, day: date) -> FreeCell:
        """The roster with × there that differs least, or the proof that there is none."""
        wanted = model.x(staff, day, self._off)
        if impossible(wanted):
            return FreeCell(mark="impossible")
        cp = model.cp.clone()
        if not isinstance(wanted, int):
            cp.add(cp.get_bool_var_from_proto_index(wanted.index) == 1)
        cp.minimize(cost.expression())
        solver = new_solver(self._problem.options, self._budget.part(CELL_SHARE, 0.0))
        # Mostly a matter of milliseconds, of which these would take more than half (measured).
        solver.parameters.num_workers = 1
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        status = solve_briefly(solver, cp, self._budget)
        if status == "UNKNOWN" and not self._budget.spent:
            solver = new_solver(self._problem.options, self._budget.part(CELL_SHARE, 0.0))
            status = solve_until(solver, cp, self._budget)
        if status == "INFEASIBLE":
            return FreeCell(mark="impossible")
        if status == "UNKNOWN":
            return _unknown()
        found = Schedule(model.solution(solver))
        changes = tuple(
            change(self._schedule, person.id, other, symbol)
            for person in self._problem.staff
            for other, symbol in found.row(person.id).items()
            if symbol != self._schedule.at(person.id, other) and (person.id, other) != (staff, day)
        )
        if not changes:
            return FreeCell(mark="free")
        told = one_by_one(
            say(
                "questions.free_change",
                date=one.date,
                name=self._problem.label(one.staff_id),
                before=one.before or "·",
                after=one.after,
            )
            for one in changes
        )
        message = say("questions.free_only_if", date=day, name=self._problem.label(staff), changes=told)
        return FreeCell(mark="only_if", changes=changes, fewest=status == "OPTIMAL", message=message)

    def _reasoned(
        self, staff: str, day: date, known: _Reasons | None, budget: Budget, share: float, *, far: bool
    ) -> FreeCell | None:
        """The facts that forbid × there, near it or anywhere; None where time does not allow to find them."""
        if known is None or budget.spent:
            return None
        conflict = known.of(staff, day, budget.part(share, 0.0), far=far)
        if conflict is None:
            return None
        facts, proved = conflict
        name = self._problem.label(staff)
        message = say("questions.free_impossible", date=day, name=name, facts=one_by_one(fact.message for fact in facts))
        return FreeCell(mark="impossible", facts=facts, proved=proved, message=message)

    def _unexplained(self, staff: str, day: date) -> FreeCell:
        """An impossible × without a reason: what breaks if nobody else moves."""
        broken = one_by_one(violation.message for violation in self._broken[staff, day][:3])
        name = self._problem.label(staff)
        message = say("questions.free_impossible_unexplained", date=day, name=name, broken=broken)
        return FreeCell(mark="impossible", proved=False, message=message)


class _Reasons:
    """What forbids × in some cells: one model holds it as a hard request for each, to be asked about one by one."""

    def __init__(self, problem: Problem, cells: Sequence[tuple[str, date]], symbol: str, budget: Budget) -> None:
        requests = problem.settings.requests
        asked = tuple(Request(staff_id=staff, date=day, symbol=symbol, hard=True) for staff, day in cells)
        settings = problem.settings.model_copy(update={"requests": (*requests, *asked)})
        self._problem = problem.model_copy(update={"settings": settings})
        self._path = {cell: pointer("settings", "requests", i) for i, cell in enumerate(cells, start=len(requests))}
        self._parts = parts_of(self._problem, budget)

    def of(self, staff: str, day: date, budget: Budget, *, far: bool) -> tuple[tuple[ConflictFact, ...], bool] | None:
        """What contradicts × in that cell, and whether it is proved minimal; None where it was not found in time.

        Sought in the scopes in which the cell lies, for the other facts hold together; those that are `far` in the whole.
        """
        if self._parts is None:
            return None
        own, asked = self._path[staff, day], set(self._path.values())
        others = [fact for fact in self._parts.facts if fact.path in asked and fact.path != own]
        parts = self._parts.within(budget).without(others)
        (wish,) = (fact for fact in parts.facts if fact.path == own)
        near = () if far else (scope for scope in scopes_of(self._problem) if scope.holds(wish))
        finder = Finder(parts, near, whole=far)
        for facts, proved in finder.disjoint(MOST_CONFLICTS, lambda facts: wish in facts):
            if wish in facts:
                rest = [fact for fact in facts if fact is not wish]
                return conflict_of(self._problem, rest, proved=proved).facts, proved
        return None


def _no_roster_at_all(problem: Problem, budget: Budget) -> FreeCell:
    """The hard rules contradict each other already."""
    conflicts, _ = find_conflicts(problem, budget)
    if not conflicts:
        return FreeCell(mark="impossible", proved=False, message=say("questions.free_no_roster"))
    first = conflicts[0]
    return FreeCell(mark="impossible", facts=first.facts, proved=first.proved, message=first.message)


def _unknown() -> FreeCell:
    return FreeCell(mark="unknown", message=say("questions.free_unknown"))
