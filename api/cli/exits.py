"""Exit codes, and errors told in one line."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Never

import typer

if TYPE_CHECKING:
    from solver.result import Result


class ExitCode(IntEnum):
    """What a command answers to the shell."""

    FEASIBLE = 0
    INFEASIBLE = 1
    BAD_INPUT = 2
    UNKNOWN = 3
    DEFECT = 70
    ABORTED = 130


class Refused(Exception):
    """Something the caller can mend, said in one line: a missing file, a directory, an unwritable path."""


def exit_code(result: Result) -> ExitCode:
    """0 feasible, 1 infeasible (also with a roster that breaks the least), 3 where there is no answer."""
    if result.status == "INFEASIBLE":
        return ExitCode.INFEASIBLE
    if result.schedule is None:
        return ExitCode.UNKNOWN
    return ExitCode.INFEASIBLE if result.score is not None and result.score.hard else ExitCode.FEASIBLE


@contextmanager
def refusals() -> Iterator[None]:
    """Print faults one per line and other refusals in one line on stderr, and exit with 2.

    A defect of toban ends with a traceback and 70, so that no script takes it for an infeasible problem.
    """
    from api.render.plain import plain
    from solver.domain.errors import ProblemError

    try:
        yield
    except ProblemError as error:
        for fault in error.faults:
            print(plain(str(fault)), file=sys.stderr)
        raise typer.Exit(ExitCode.BAD_INPUT) from None
    except Refused as error:
        print(f"toban: {plain(str(error))}", file=sys.stderr)
        raise typer.Exit(ExitCode.BAD_INPUT) from None
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception:
        traceback.print_exc()
        raise typer.Exit(ExitCode.DEFECT) from None


def leave_quietly(code: int) -> Never:
    """End now, without touching a standard output whose reader has gone."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 — it lives until the process ends
    os.dup2(sys.stdout.fileno(), 1)
    raise typer.Exit(code)
