"""`toban db`: the database of the settings store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import Refused, refusals
from api.cli.writing import check_writable, replacing

if TYPE_CHECKING:
    from store import Store

db = typer.Typer(name="db", no_args_is_help=True, help="Look after the database that keeps the settings.")
Where = Annotated[str | None, typer.Option(envvar="TOBAN_DATABASE", metavar="URL", help="As of toban serve.")]


@db.command()
def upgrade(database: Where = None) -> None:
    """Create or migrate the tables. A server does the same when it starts."""
    with refusals():
        print(f"up to date: {prepared(database)}")


@db.command(no_args_is_help=True)
def backup(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write it, e.g. toban.backup.")],
    database: Where = None,
) -> None:
    """Copy everything in the database into one file, as it is at one moment, while servers go on.

    The file fits SQLite and PostgreSQL alike: a backup of the one, restored into the other, moves a server there.
    It holds everything, names included, and only you may read it.
    """
    from store import BackupRefused
    from store.backup import back_up

    with refusals():
        check_writable(output)
        try:
            with opened(database, must_exist=True) as store, replacing(output, private=True) as file:
                contents = back_up(store.database, file)
        except BackupRefused as error:
            raise Refused(str(error)) from None
        print(f"backed up: {contents}")


@db.command(no_args_is_help=True)
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that toban db backup wrote.", show_default=False)],
    database: Where = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Throw away what the database holds; end its servers first.")
    ] = False,
) -> None:
    """Put a backup into an empty database, all of it or nothing; tables are created and migrated as needed.

    A file that was cut or altered is refused, and so is a database that holds something.
    To move from SQLite to PostgreSQL: end the server, then

    toban db backup -o toban.backup

    toban db restore toban.backup --database postgresql://USER:PASSWORD@HOST/NAME

    and serve with --database of the new one.
    """
    from store import BackupRefused
    from store import backup as backups

    with refusals():
        try:
            with file.open("rb") as packed, opened(database) as store:
                contents = backups.restore(store.database, packed, replace=replace)
        except OSError as error:
            raise Refused(f"{file}: {(error.strerror or str(error)).lower()}") from None
        except BackupRefused as error:
            raise Refused(f"{file}: {error}") from None
        print(f"restored: {contents}, as of {contents.made}")


def prepared(database: str | None) -> str:
    """Bring a database (None: the default one) up to date; returns its URL as it may be shown.

    Raises
    ------
    Refused
        It cannot be used.
    """
    with opened(database) as store:
        store.upgrade()
        return store.database.engine.url.render_as_string(hide_password=True)


@contextmanager
def opened(database: str | None, *, must_exist: bool = False) -> Iterator[Store]:
    """Open a database and tell in one line why it cannot be used."""
    from sqlalchemy.exc import SQLAlchemyError

    from store import Store, database_url, default_url

    given = database or default_url()
    try:
        url = database_url(given)
        if must_exist and url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise Refused(f"there is no database {url.database}")
        store = Store(given)
        try:
            yield store
        finally:
            store.close()
    except (ValueError, OSError, SQLAlchemyError) as error:
        lines = str(getattr(error, "orig", None) or error).splitlines()
        raise Refused(f"cannot use the database: {lines[0] if lines else type(error).__name__}") from None
