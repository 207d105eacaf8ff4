"""`toban db`: the database of the settings store."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.exits import Refused, refusals

db = typer.Typer(name="db", no_args_is_help=True, help="Look after the database that keeps the settings.")


@db.callback()
def _db() -> None:
    """Keep `upgrade` a command of its own, although it is the only one."""


@db.command()
def upgrade(
    database: Annotated[str | None, typer.Option(envvar="TOBAN_DATABASE", metavar="URL", help="As of toban serve.")] = None,
) -> None:
    """Create or migrate the tables. A server does the same when it starts."""
    with refusals():
        print(f"up to date: {prepared(database)}")


def prepared(database: str | None) -> str:
    """Bring a database (None: the default one) up to date; returns its URL as it may be shown.

    Raises
    ------
    Refused
        It cannot be used.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from store import Store, default_url

    try:
        store = Store(database or default_url())
        try:
            store.upgrade()
        finally:
            store.close()
    except (ValueError, OSError, SQLAlchemyError) as error:
        lines = str(getattr(error, "orig", None) or error).splitlines()
        raise Refused(f"cannot use the database: {lines[0] if lines else type(error).__name__}") from None
    return store.database.engine.url.render_as_string(hide_password=True)
