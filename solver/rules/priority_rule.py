"""Priority rules: a shift preferred, avoided, required or blocked for certain people on certain days.

With O = {shift} ∪ except_symbols, for every person and matching day that is neither closed nor must_work:

    preferred, required:   Σ{k∈O} x[s,d,k] = 1
    avoided, blocked:      x[s,d,shift] = 0        (nothing is asked where `shift` is itself an exception)

Amount: 1 per cell. Default: required and blocked hard (500), preferred and avoided soft, weight 20. Prefilled cells count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import PriorityRule
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel, negated

REACH: Reach = "person"


def _wants(rule: PriorityRule) -> bool:
    return rule.rule_type in ("preferred_shift", "required_shift")


def fact(problem: Problem, i: int, staff: str, day: date) -> Fact:
    """One rule for one cell."""
    rule = problem.settings.priority_rules[i]
    shift = rule.shift
    if rule.except_symbols and _wants(rule):
        shift = say("rules.priority_rule_or", shift=shift, others="/".join(rule.except_symbols))
    message = _said(problem, rule, staff, day, shift)
    return Fact(
        "priority_rule", pointer("settings", "priority_rules", i), rule.hard, rule.weight, message, (staff,), None, (day,)
    )


def _said(problem: Problem, rule: PriorityRule, staff: str, day: date, shift: str) -> str:
    return say(f"rules.priority_rule_{rule.rule_type}", date=day, name=problem.label(staff), shift=shift)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bind or price every cell a rule names."""
    for i, rule in enumerate(problem.settings.priority_rules):
        if not rule.is_active or (not _wants(rule) and rule.shift in rule.except_symbols):
            continue
        wanted = (rule.shift, *rule.except_symbols)
        people = problem.rule_staff(rule)
        for day in problem.plain_days_of(rule):
            for staff in people:
                if problem.employed(staff, day):
                    wrong = negated(model.standing(staff, day, wanted)) if _wants(rule) else model.x(staff, day, rule.shift)
                    model.forbid(fact(problem, i, staff, day), [wrong])


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Look at every cell a rule names."""
    for i, rule in enumerate(problem.settings.priority_rules):
        days = problem.days if rule.dates is None else sorted({*rule.dates})
        for staff in problem.rule_staff(rule) if rule.is_active else ():
            for day in days:
                symbol = schedule.at(staff, day) if problem.employed(staff, day) else None
                if symbol is None or problem.day_rule(day) is not None or not problem.matches(rule, day):
                    continue
                satisfied = symbol in rule.except_symbols or (symbol == rule.shift) == _wants(rule)
                if not satisfied:
                    asked = _said(problem, rule, staff, day, rule.shift)
                    message = say("rules.priority_rule_found", asked=asked, symbol=symbol)
                    yield fact(problem, i, staff, day).broken_by(1, message)
