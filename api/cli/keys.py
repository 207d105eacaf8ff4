"""`toban keys`: who may ask a server what."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import Refused, refusals
from api.render.plain import plain

if TYPE_CHECKING:
    from store import Key, Keys

keys = typer.Typer(name="keys", no_args_is_help=True, help="Make and revoke the keys that a server asks for.")
Database = Annotated[str | None, typer.Option(envvar="TOBAN_DATABASE", metavar="URL", help="As of toban serve.")]


@keys.command(no_args_is_help=True)
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is; stands in the change log.")],
    scope: Annotated[
        list[str], typer.Option(metavar="SCOPE", help="read, edit (and read), solve or admin (everything); may be repeated.")
    ],
    restaurant: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="The restaurant it is for; may be repeated. Default: all.")
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="A date (2027-01-31, its end in UTC) or a number of days (90d). Default: never."),
    ] = None,
    database: Database = None,
) -> None:
    """Make a key and print it, this once. From the first key on a server answers nobody without one."""
    from store import NotFound, Scope

    with refusals(), _opened(database) as ring:
        unknown = sorted(set(scope) - set(Scope))
        if unknown:
            raise Refused(f"no scope {', '.join(unknown)}; there are {', '.join(Scope)}")
        try:
            key, secret = ring.create(name, [Scope(one) for one in scope], restaurant or None, _moment(expires))
        except (ValueError, NotFound) as error:
            raise Refused(str(error)) from None
        print(secret)
        print(f"key {key.id}, {_described(key)}; it is not shown again", file=sys.stderr)


@keys.command(name="list")
def list_(database: Database = None) -> None:
    """List the keys: id, state, name, scopes, restaurants, last use (to the minute)."""
    with refusals(), _opened(database) as ring:
        now = datetime.now(UTC)
        for key in ring.listed():
            used = f"last used {key.last_used_at:%Y-%m-%d %H:%M}Z" if key.last_used_at else "never used"
            print(f"{key.id}  {key.state(now):7}  {_described(key)}, {used}")


@keys.command(no_args_is_help=True)
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id, as of toban keys list.")],
    database: Database = None,
) -> None:
    """Make a key useless for good. Servers refuse it from the next call on, open connections within seconds."""
    from store import NotFound

    with refusals(), _opened(database) as ring:
        try:
            key = ring.revoke(key_id)
        except NotFound as error:
            raise Refused(str(error)) from None
        print(f"revoked: {key.id}, {plain(key.name)}")


@contextmanager
def _opened(database: str | None) -> Iterator[Keys]:
    from api.cli.db import prepared
    from store import Store, default_url

    prepared(database)
    store = Store(database or default_url())
    try:
        yield store.keys
    finally:
        store.close()


def _described(key: Key) -> str:
    places = "every restaurant" if key.restaurant_ids is None else ", ".join(map(plain, key.restaurant_ids))
    until = f", until {key.expires_at:%Y-%m-%d %H:%M}Z" if key.expires_at else ""
    return f"{plain(key.name)}: {', '.join(key.scopes)} in {places}{until}"


def _moment(given: str | None) -> datetime | None:
    """Read when a key expires.

    Raises
    ------
    Refused
        It is neither a date nor a number of days, or lies behind us.
    """
    if given is None:
        return None
    now = datetime.now(UTC)
    try:
        if re.fullmatch(r"\d{1,5}d", given, re.ASCII):
            found = now + timedelta(days=int(given[:-1]))
        else:
            found = datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Refused(f"--expires {given}: a date such as 2027-01-31 or a number of days such as 90d is expected") from None
    if found <= now:
        raise Refused(f"--expires {given} lies in the past")
    return found
