"""toban's solver: a team's settings in, a schedule with guaranteed cover and everything wrong with it out.

    problem = read_problem(json_text)       # every fault at once, or a Problem
    result = solve(problem)                 # OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN or CANCELLED: all are answers
    suggest_cover(problem, schedule, "sato", [day])  # who can stand in; also free_days, drill
    explain_cell(problem, schedule, "sato", day)  # why this symbol: what each other one would cost and break
    replan(problem, schedule, patch)        # the problem changed by a JSON Patch, with the roster as the one to keep to
    coverage_report(problem, schedule)      # a dashboard's figures; suggest_backups: who should become a backup
    explain(problem)                        # why INFEASIBLE: conflicts, and repairs as patches of the problem
    check(problem, schedule)                # the same judgement for any schedule, without a model

    with speaking("ja"):                    # messages in Japanese instead of English
        solve(read_problem(json_text))

A pure library: no files, no network, no environment, no output.
"""

from solver.check import check, covers_of
from solver.domain.advice import warnings_of
from solver.domain.codes import Code, CodeInfo, catalogue
from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.cover import Cover, PassedOver
from solver.domain.errors import ProblemError, TobanError
from solver.domain.fact import Score, Violation
from solver.domain.fault import Fault, Notice
from solver.domain.language import speaking
from solver.domain.problem import Options, Problem
from solver.domain.reading import read_problem
from solver.domain.repair import Repair
from solver.domain.replanning import replan
from solver.domain.roster import read_covers, read_schedule
from solver.domain.schedule import Schedule
from solver.explaining import Explanation, explain
from solver.questions.cell import CellAnswer, explain_cell
from solver.questions.cover import CoverSuggestions, suggest_cover
from solver.questions.coverage import CoverageReport, coverage_report
from solver.questions.drill import Drill, drill
from solver.questions.free import FreeDays, free_days
from solver.questions.new_backups import BackupSuggestions, suggest_backups
from solver.result import Result, Stats
from solver.search.outcome import Progress
from solver.solving import solve
from solver.version import __version__

__all__ = [
    "BackupSuggestions",
    "CellAnswer",
    "Code",
    "CodeInfo",
    "Conflict",
    "ConflictFact",
    "Cover",
    "CoverSuggestions",
    "CoverageReport",
    "Drill",
    "Explanation",
    "Fault",
    "FreeDays",
    "Notice",
    "Options",
    "PassedOver",
    "Problem",
    "ProblemError",
    "Progress",
    "Repair",
    "Result",
    "Schedule",
    "Score",
    "Stats",
    "TobanError",
    "Violation",
    "__version__",
    "catalogue",
    "check",
    "coverage_report",
    "covers_of",
    "drill",
    "explain",
    "explain_cell",
    "free_days",
    "read_covers",
    "read_problem",
    "read_schedule",
    "replan",
    "solve",
    "speaking",
    "suggest_backups",
    "suggest_cover",
    "warnings_of",
]
