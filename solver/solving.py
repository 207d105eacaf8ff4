"""Solve a problem: build, search, check; where the hard rules contradict each other, explain and find the least breach."""

from __future__ import annotations

import threading

from solver.check import judge
from solver.covers import certificate, read_coverage
from solver.domain.advice import fewer_alternatives, warnings_of
from solver.domain.conflict import Conflict
from solver.domain.errors import TobanError
from solver.domain.fact import Score
from solver.domain.fault import Notice
from solver.domain.problem import Problem
from solver.domain.repair import Repair
from solver.domain.republished import changes_from_baseline
from solver.domain.schedule import Schedule
from solver.explaining import why_infeasible
from solver.result import Alternative, Result, Stats, Status, engine, version
from solver.search import Budget, OnProgress, Outcome, Size, find_least_breach, find_schedule
from solver.search.alternatives import find_alternatives
from solver.search.cp_sat import workers_of
from solver.search.outcome import gap_of

LEAST_PHASE_SECONDS = 2.0
"""What explaining and relaxing may take each even if the search used up the time: an infeasible answer without a reason
would be worth nothing. Never more than `time_limit` itself."""
REPAIR_TRIES = 20  # patched problems; beyond them the roster that breaks the least is worth more than one repair more
EXPLAIN_SHARE = 0.5  # of what is left when infeasibility is proved
FIRST_SHARE = 0.5  # of the time, for the best schedule where alternatives to it are asked for


def solve(
    problem: Problem,
    *,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    start: Schedule | None = None,
) -> Result:
    """Find the best schedule within `problem.options`, judged by the checker.

    `on_progress` is told of every better schedule and bound, from a thread of the solver's. Setting `stop` ends the
    search within a second; the best schedule so far is kept, warnings not counted by then are left out. INFEASIBLE is
    an answer, not an error. Of a schedule to `start` from, such as the best of a search that was cut off, the answer is
    never worse, where it keeps the hard rules.

    Raises
    ------
    TobanError
        If model and checker disagree, which is a defect of toban.
    """
    options = problem.options
    budget = Budget(options.time_limit, options.deterministic_limit, stop)
    warnings = tuple(warnings_of(problem, budget.stop))
    several = options.alternatives > 1
    outcome, size = find_schedule(problem, budget.part(FIRST_SHARE, 0.0) if several else budget, on_progress, start)
    if outcome.status == "INFEASIBLE":
        answer = _infeasible(problem, budget, on_progress)
    else:
        answer = _Answer(_status(outcome, budget), outcome)
    result = _result(problem, answer, warnings, size, budget, outcome)
    if several and outcome.schedule is not None and outcome.objective is not None:
        return _with_alternatives(problem, result, outcome.schedule, outcome.objective, budget)
    return result


class _Answer:
    """What was found: a status, the outcome that carries the schedule, and why there is no clean one."""

    def __init__(
        self,
        status: Status,
        outcome: Outcome | None,
        conflicts: tuple[Conflict, ...] = (),
        complete: bool | None = None,
        bound_holds: bool = True,
        repairs: tuple[Repair, ...] = (),
    ) -> None:
        self.status, self.outcome, self.repairs = status, outcome, repairs
        self.conflicts, self.complete = conflicts, complete
        self.bound_holds = bound_holds


def _status(outcome: Outcome, budget: Budget) -> Status:
    if outcome.status != "OPTIMAL" and budget.stop.is_set():
        return "CANCELLED"
    return outcome.status


def _infeasible(problem: Problem, budget: Budget, on_progress: OnProgress | None) -> _Answer:
    """The hard rules contradict each other: which do, and — if asked — the schedule that breaks the least."""
    least = min(LEAST_PHASE_SECONDS, problem.options.time_limit)
    relax = problem.options.on_infeasible == "relax"
    explaining = budget.part(EXPLAIN_SHARE if relax else 1.0, least)
    conflicts, complete, repairs = why_infeasible(problem, explaining, tries=REPAIR_TRIES)
    if not relax:
        return _Answer("INFEASIBLE", None, conflicts, complete, repairs=repairs)
    outcome, proved = find_least_breach(problem, budget.part(1.0, least), on_progress)
    return _Answer("INFEASIBLE", outcome, conflicts, complete, bound_holds=proved, repairs=repairs)


def _result(
    problem: Problem, answer: _Answer, warnings: tuple[Notice, ...], size: Size, budget: Budget, first: Outcome
) -> Result:
    """The answer as a result, judged by the checker."""
    stats = Stats(
        build_seconds=round(size.build_seconds, 4),
        solve_seconds=round(budget.elapsed - size.build_seconds, 4),
        first_solution_seconds=None if first.first_solution_seconds is None else round(first.first_solution_seconds, 4),
        variables=size.variables,
        constraints=size.constraints,
        workers=workers_of(problem.options),
        seed=problem.options.seed,
        engine=engine(),
        version=version(),
    )
    bare = Result(
        status=answer.status,
        schedule=None,
        conflicts=answer.conflicts,
        complete=answer.complete,
        repairs=answer.repairs,
        warnings=warnings,
        bound=first.bound if answer.outcome is first else None,
        problem=problem.canonical(),
        request_hash=problem.request_hash,
        stats=stats,
    )
    outcome = answer.outcome
    if outcome is None or outcome.schedule is None:
        return bare
    schedule = outcome.schedule
    coverage = read_coverage(problem, schedule, claims=outcome.claims)
    violations = judge(problem, schedule, coverage)
    score = Score.of(violations)
    if answer.status != "INFEASIBLE" and (score.hard or (outcome.objective or 0) < score.soft):
        raise TobanError(f"model and checker disagree: {outcome.objective} in the model, {score} in the check")
    bound = outcome.bound if answer.bound_holds else None
    proved = answer.status in ("FEASIBLE", "CANCELLED") and bound is not None and bound >= score.soft
    return bare.model_copy(
        update={
            "status": "OPTIMAL" if proved else answer.status,
            "schedule": schedule.to_json(),
            "violations": tuple(violations),
            "covers": certificate(problem, schedule, coverage),
            "changes": changes_from_baseline(problem, schedule),
            "objective": score.soft,
            "bound": bound,
            "gap": gap_of(score.soft, bound),
            "score": score,
        }
    )


def _with_alternatives(problem: Problem, result: Result, first: Schedule, penalty: int, budget: Budget) -> Result:
    """The result with further schedules of near-equal penalty, judged like the first, and how far they lie apart."""
    assert result.schedule is not None
    assert result.objective is not None
    assert result.score is not None
    best = Alternative(
        schedule=result.schedule,
        violations=result.violations,
        covers=result.covers,
        objective=result.objective,
        score=result.score,
    )
    schedules, listed = [first], [best]
    asked = problem.options.alternatives
    found, no_more = find_alternatives(problem, first, penalty, asked - 1, budget)
    for outcome in found:
        assert outcome.schedule is not None
        coverage = read_coverage(problem, outcome.schedule, claims=outcome.claims)
        violations = judge(problem, outcome.schedule, coverage)
        score = Score.of(violations)
        if score.hard:
            raise TobanError(f"model and checker disagree about an alternative: {score} in the check")
        schedules.append(outcome.schedule)
        listed.append(
            Alternative(
                schedule=outcome.schedule.to_json(),
                violations=tuple(violations),
                covers=certificate(problem, outcome.schedule, coverage),
                objective=score.soft,
                score=score,
            )
        )
    distances = tuple(tuple(_distance(one, other) for other in schedules) for one in schedules)
    seconds = round(budget.elapsed - result.stats.build_seconds, 4)
    stats = result.stats.model_copy(update={"solve_seconds": seconds})
    warnings = result.warnings
    if len(listed) < asked:
        warnings = (*warnings, fewer_alternatives(asked, len(listed), no_more=no_more))
    update = {"alternatives": tuple(listed), "distances": distances, "stats": stats, "warnings": warnings}
    return result.model_copy(update=update)


def _distance(one: Schedule, other: Schedule) -> int:
    """Cells in which two schedules of the same problem differ."""
    return sum(symbol != other.at(staff, day) for staff in one.staff_ids for day, symbol in one.row(staff).items())
