"""The planning problem in Timefold's own words; importing it starts nothing, building its solver starts the virtual machine.

Annotations are read by Timefold at run time, so they are no strings here.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any

from timefold.solver import SolverFactory
from timefold.solver.config import Duration, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)


@dataclass
class Need:
    """Between `low` and `high` of the people stand on a symbol of the mask on the day."""

    id: int
    day: int
    mask: int
    people: list[str]
    low: int
    high: int
    low_price: int
    high_price: int
    hard: bool

    def cost(self, found: int) -> int:
        """What it costs that so many are there."""
        if found < self.low:
            return (self.low - found) * self.low_price
        if found > self.high:
            return (found - self.high) * self.high_price
        return 0


@dataclass
class Person:
    """A person, and the rules of his row: clauses and sums as rows of whole numbers."""

    id: str
    days: int
    soft: list[list[int]]
    hard: list[list[int]]
    soft_sums: list[list[int]]
    hard_sums: list[list[int]]


@planning_entity
@dataclass
class Cell:
    """A person's day."""

    id: Annotated[str, PlanningId]
    person: str
    day: int
    symbols: Annotated[list[int], ValueRangeProvider]
    symbol: Annotated[int | None, PlanningVariable] = field(default=None)


@planning_solution
@dataclass
class Roster:
    """Everything."""

    people: Annotated[list[Person], ProblemFactCollectionProperty]
    needs: Annotated[list[Need], ProblemFactCollectionProperty]
    cells: Annotated[list[Cell], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


def _row(days: int, cells: list) -> list:  # type: ignore[type-arg]
    row = [0] * days
    for cell in cells:
        row[cell.day] = 1 << cell.symbol
    return row


def _clauses(rules: list, row: list) -> int:  # type: ignore[type-arg]
    cost = 0
    for rule in rules:
        happens = True
        at = 1
        while happens and at < len(rule):
            negated, length = rule[at], rule[at + 1]
            at += 2
            true = False
            end = at + length
            while at < end:
                if row[rule[at]] & rule[at + 1]:
                    true = True
                at += 2
            if true == (negated == 1):
                happens = False
        if happens:
            cost += rule[0]
    return cost


def _sums(rules: list, row: list) -> int:  # type: ignore[type-arg]
    cost = 0
    for rule in rules:
        total = 0
        at = 4
        while at < len(rule):
            factor, length = rule[at], rule[at + 1]
            at += 2
            true = False
            end = at + length
            while at < end:
                if row[rule[at]] & rule[at + 1]:
                    true = True
                at += 2
            if true:
                total += factor
        if total < rule[2]:
            cost += (rule[2] - total) * rule[0]
        if total > rule[3]:
            cost += (total - rule[3]) * rule[1]
    return cost


def soft_cost(person: Person, cells: list) -> int:  # type: ignore[type-arg]
    """What the soft rules of a row cost."""
    row = _row(person.days, cells)
    return _clauses(person.soft, row) + _sums(person.soft_sums, row)


def hard_cost(person: Person, cells: list) -> int:  # type: ignore[type-arg]
    """By how much a row breaks its hard rules."""
    row = _row(person.days, cells)
    return _clauses(person.hard, row) + _sums(person.hard_sums, row)


@constraint_provider
def rules(factory: ConstraintFactory) -> list[Any]:
    """The streams."""

    def there(hard: bool) -> Any:
        return (
            factory.for_each(Need)
            .filter(lambda need: need.hard == hard)
            .join(
                Cell,
                Joiners.equal(lambda need: need.day, lambda cell: cell.day),
                Joiners.filtering(lambda need, cell: ((need.mask >> cell.symbol) & 1) == 1 and cell.person in need.people),
            )
            .group_by(lambda need, _: need, ConstraintCollectors.count_bi())
        )

    def nobody(hard: bool) -> Any:
        return (
            factory.for_each(Need)
            .filter(lambda need: need.hard == hard and need.low > 0)
            .if_not_exists(
                Cell,
                Joiners.equal(lambda need: need.day, lambda cell: cell.day),
                Joiners.filtering(lambda need, cell: ((need.mask >> cell.symbol) & 1) == 1 and cell.person in need.people),
            )
        )

    def rows() -> Any:
        return (
            factory.for_each(Person)
            .join(Cell, Joiners.equal(lambda person: person.id, lambda cell: cell.person))
            .group_by(lambda person, _: person, ConstraintCollectors.to_list(lambda _, cell: cell))
        )

    soft, hard = HardSoftScore.ONE_SOFT, HardSoftScore.ONE_HARD
    return [
        there(True).penalize(hard, lambda need, found: need.cost(found)).as_constraint("hard need"),
        there(False).penalize(soft, lambda need, found: need.cost(found)).as_constraint("need"),
        nobody(True).penalize(hard, lambda need: need.cost(0)).as_constraint("hard need of nobody"),
        nobody(False).penalize(soft, lambda need: need.cost(0)).as_constraint("need of nobody"),
        rows().penalize(hard, lambda person, cells: hard_cost(person, cells)).as_constraint("hard row"),
        rows().penalize(soft, lambda person, cells: soft_cost(person, cells)).as_constraint("row"),
    ]


def improve(roster: Roster, seconds: float, seed: int) -> Roster:
    """The best roster that Timefold finds in its default phases."""
    config = SolverConfig(
        solution_class=Roster,
        entity_class_list=[Cell],
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
        termination_config=TerminationConfig(spent_limit=Duration(seconds=int(seconds))),
        random_seed=seed,
    )
    return SolverFactory.create(config).build_solver().solve(roster)
