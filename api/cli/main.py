"""The command `toban`."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from api.cli.batch import batch
from api.cli.bench import bench
from api.cli.check import check
from api.cli.codes import codes
from api.cli.db import db
from api.cli.drill import drill
from api.cli.examples import examples
from api.cli.explain import explain
from api.cli.free_days import free_days
from api.cli.generate import generate
from api.cli.keys import keys
from api.cli.replay import replay
from api.cli.serve import serve
from api.cli.solve import solve
from api.cli.suggest import suggest
from api.cli.validate import validate
from api.cli.worker import worker

app = typer.Typer(
    name="toban",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="To begin: toban examples, then toban solve kitchen.",
)


def _version(asked: bool) -> None:
    if asked:
        from solver.version import __version__

        print(f"toban {__version__}")
        raise typer.Exit


@app.callback()
def toban(
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Staff rosters that keep their promise.

    When somebody of a group is off, the group's next backup stands in, or you are told exactly why not.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


WITHOUT_ARGUMENTS = (examples, codes, serve)
COMMANDS = (solve, batch, check, validate, explain, suggest, drill, free_days, replay, generate, bench, worker)
for command in (*COMMANDS, *WITHOUT_ARGUMENTS):
    app.command(no_args_is_help=command not in WITHOUT_ARGUMENTS)(command)
app.add_typer(db)
app.add_typer(keys)

if __name__ == "__main__":
    app(prog_name="toban")
