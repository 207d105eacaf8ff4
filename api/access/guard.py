"""The guard in front of every route: whoever passes it may do what he asks, where he asks it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from api.access.errors import AccessRefused, KeyNeeded, KeyRefused, LocalOnly, OriginRefused, ScopeMissing
from api.access.origins import is_local, is_own
from api.access.scopes import SAFE, everywhere, needed
from api.services import Services, services_of
from store import Key, NotFound, Scope

PROTOCOL: Final = "toban"
"""The subprotocol a WebSocket is answered with."""
BEARER: Final = "bearer."
"""What stands before the key in a subprotocol that carries it."""


async def guard(connection: HTTPConnection) -> None:
    """Let a call pass, and note its key for `caller_of`.

    A restaurant that is not the key's own is answered as one that does not exist, before anything is looked up.

    Raises
    ------
    AccessRefused
        Whoever asks may not.
    NotFound
        The key is not for this restaurant.
    """
    connection.state.caller = None
    method = connection.scope.get("method", "GET")
    scopes = needed(connection.scope["route"].name, method, connection.scope["path"])
    if scopes is None:
        return
    services = services_of(connection.app)
    if (method not in SAFE or connection.scope["type"] == "websocket") and not is_own(connection, services.access):
        raise OriginRefused
    find = _remembered_key if everywhere(connection.scope["path"]) else _key
    key = await find(connection, services)
    if key is None:
        return
    connection.state.caller = key
    restaurant_id = connection.path_params.get("rid")
    if restaurant_id is not None and not key.sees(restaurant_id):
        raise NotFound(f"there is no restaurant {restaurant_id}")
    permit(connection, scopes)
    if everywhere(connection.scope["path"]) and key.restaurant_ids is not None:
        raise ScopeMissing(["a key for every restaurant"])


async def _key(connection: HTTPConnection, services: Services) -> Key | None:
    """Find the call's key; None where there are no keys and none is needed."""
    sent = _sent(connection)
    keys = services.store.keys
    key = await run_in_threadpool(keys.recognise, sent) if sent is not None else None
    if key is not None:
        return key
    if services.access.keyed or await run_in_threadpool(keys.any):
        raise KeyRefused if sent is not None else KeyNeeded
    if not services.access.insecure and not is_local(connection, services.access):
        raise LocalOnly
    return None


async def _remembered_key(connection: HTTPConnection, services: Services) -> Key | None:
    """Find the call's key, of one that is answered also while the database is away: for whoever was let in lately."""
    sent = _sent(connection)
    try:
        key = await _key(connection, services)
    except (OperationalError, NoConnection):
        found = services.admitted.recall(sent)
        trusted = services.access.insecure or is_local(connection, services.access)
        if found is None or (found[0] is None and not trusted):
            raise
        return found[0]
    except AccessRefused:
        services.admitted.forget(sent)
        raise
    services.admitted.note(sent, key)
    return key


def _sent(connection: HTTPConnection) -> str | None:
    """Find what was sent as a key. Addresses end up in logs and histories, so none is looked for there."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    offered = _offered(connection) if connection.scope["type"] == "websocket" else []
    return next((one.removeprefix(BEARER) for one in offered if one.startswith(BEARER)), None)


def _offered(connection: HTTPConnection) -> list[str]:
    lists = connection.headers.getlist("sec-websocket-protocol")
    return [one.strip() for one in ",".join(lists).split(",")]


def protocol_of(connection: HTTPConnection) -> str | None:
    """Choose the subprotocol to accept a WebSocket with: never the one that carries the key."""
    return PROTOCOL if PROTOCOL in _offered(connection) else None


def caller_of(connection: HTTPConnection) -> Key | None:
    """Tell whose key a call came with; None where none is needed."""
    caller = connection.state.caller
    assert caller is None or isinstance(caller, Key)
    return caller


def permit(connection: HTTPConnection, scopes: Iterable[Scope]) -> None:
    """Let a call do what needs these scopes.

    Raises
    ------
    ScopeMissing
        Its key does not allow it.
    """
    key, scopes = caller_of(connection), frozenset(scopes)
    if key is not None and not key.allows(scopes):
        raise ScopeMissing(scopes)
