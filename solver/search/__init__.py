"""Search: from a problem to a schedule and a bound.

`find_schedule` keeps every hard rule; `find_least_breach` is for problems where that cannot be. Both take a budget and
answer with an `Outcome`.
"""

from solver.search.budget import Budget
from solver.search.building import build
from solver.search.least_breach import find_least_breach
from solver.search.outcome import OnProgress, Outcome, Progress, Size
from solver.search.portfolio import find_schedule

__all__ = ["Budget", "OnProgress", "Outcome", "Progress", "Size", "build", "find_least_breach", "find_schedule"]
