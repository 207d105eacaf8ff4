"""toban with one part of its search taken away for the time of a run: what is lost is what that part brings.

The parts are those of the search for teams whose people are coupled by counts alone, as those of the public sets are.
The product has no such switches: functions and limits of `solver.search` are replaced from outside.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from math import inf
from typing import Any
from unittest.mock import patch

from benchmarks.peers import Answer, Task, toban
from solver.search import improve, portfolio
from solver.search.columns.rowwise import Marginals
from solver.search.lns import Arm, Improver
from solver.search.neighbourhoods import days_of_two_weeks
from solver.search.threads import POLL_SECONDS

Replaced = tuple[object, str, Any]  # where, what, by what
RUN = Improver.run


class _Inexact(Marginals):
    """Marginals that nobody takes for the whole cost, so that no row is made anew by them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.exact = False


def _only(kept: Callable[[Improver, Arm], bool]) -> Replaced:
    """A neighbourhood search that has some of its arms only; one without any waits."""

    def run(self: Improver, until: Callable[[], bool] = lambda: False) -> None:
        self.arms = [arm for arm in self.arms if kept(self, arm)]
        if self.arms:
            RUN(self, until)
        while not (self.incumbent.over or self.budget.spent or until()):
            time.sleep(POLL_SECONDS)

    return Improver, "run", run


PARTS: dict[str, tuple[Replaced, ...]] = {
    # All but CP-SAT on the whole model, the same eight workers for all the time.
    "search": ((portfolio, "LEAST_FOR_TWO", inf),),
    # The master and prices that climb: no bound but CP-SAT's and that of no prices at all, no dive.
    "columns": ((improve, "MOST_ROWS", -1), (improve, "ASCENT_SHARE", -inf)),
    "climbing-prices": ((improve, "ASCENT_SHARE", -inf),),
    "dives": ((improve, "dive", lambda *_: None),),
    # Rosters made row by row, before the neighbourhood search and in it, and what aims its windows.
    "renewal": ((improve, "Marginals", _Inexact),),
    "neighbourhoods": (_only(lambda _search, _arm: False),),
    "parts-by-columns": (_only(lambda search, arm: arm.think != search._by_columns),),  # noqa: SLF001 - taken apart from outside
    "parts-by-cp-sat": (_only(lambda search, arm: arm.think != search._by_cp_sat),),  # noqa: SLF001
    "two-weeks": (_only(lambda _search, arm: arm.make is not days_of_two_weeks),),
}
"""What is replaced in `solver.search` to take each part away."""


@contextmanager
def without(part: str) -> Iterator[None]:
    """Take a part of the search away for as long as this lasts."""
    with ExitStack() as stack:
        for where, name, other in PARTS[part]:
            stack.enter_context(patch.object(where, name, other))
        yield


def solve(task: Task, part: str) -> Answer:
    """Solve as toban does, without a part of its search."""
    with without(part):
        return toban.solve(task)
