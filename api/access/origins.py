"""Where a call comes from, as far as its headers and its connection tell: against DNS rebinding and forged requests."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:  # workers judge addresses too, and have no use for the rest of a server
    from starlette.requests import HTTPConnection


@dataclass(frozen=True)
class Access:
    """How a server is to be reached.

    `keyed` asks for a key even while there is none, `insecure` answers everybody while there is none; `origins` are other
    sites whose pages may call, as `https://host` or `https://host:port`.
    """

    keyed: bool = False
    insecure: bool = False
    origins: tuple[str, ...] = ()


def read_origin(given: str) -> str:
    """Read an origin as browsers write it.

    Raises
    ------
    ValueError
        It is none.
    """
    parts = urlsplit(given)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or given.rstrip("/") != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ValueError(f"not an origin: {given}; one looks like https://host or http://host:port")
    return given.rstrip("/").lower()


def is_loopback(name: str | None) -> bool:
    """Whether a host name or address is this machine's own, wherever it is asked."""
    if not name:
        return False
    name = name.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_local(connection: HTTPConnection, access: Access) -> bool:
    """Whether a call comes from this machine, and under a name that no stranger can make point here."""
    if connection.client is None or not is_loopback(connection.client.host):
        return False
    host = connection.headers.get("host", "")
    return is_loopback(_hostname(host)) or host.lower() in {urlsplit(origin).netloc for origin in access.origins}


def is_own(connection: HTTPConnection, access: Access) -> bool:
    """Whether a call comes from no page, from one of this server's or from an allowed one.

    Behind a proxy the scheme is not known here, so that of a page of one's own host does not count.
    """
    origin = connection.headers.get("origin")
    if origin is None or origin.lower() in access.origins:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and bool(rest) and rest.lower() == connection.headers.get("host", "").lower()


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
