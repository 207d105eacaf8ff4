"""`toban examples`: the shipped problems."""

from __future__ import annotations


def examples() -> None:
    """List the shipped examples, each with the fact of life it shows. Solve one by its name: toban solve NAME."""
    import datasets
    from api.cli.exits import ExitCode, leave_quietly
    from api.cli.screen import show
    from api.render.listing import stories

    try:
        show(lambda _width: stories(datasets.examples()))
    except BrokenPipeError:
        leave_quietly(ExitCode.FEASIBLE)
