"""Where webhooks may go: to the public internet, and to networks that the server was told of.

A server that sends what strangers ask for can be sent against its own house (server-side request forgery). So a name is
resolved when the message is sent, its addresses are judged, and the connection goes to one of those, whatever the name says
a moment later (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from api.access.origins import is_loopback

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST: Final = 2000  # characters of a URL
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_FORM: Final = "a URL such as https://host/path: http or https, a host, nothing before an @, no #fragment"


@dataclass(frozen=True)
class Reach:
    """Which addresses may be sent to: public ones, and those of the `networks`. `enabled`: whether there is a secret."""

    networks: tuple[Network, ...] = ()
    enabled: bool = True

    def allows(self, address: Address) -> bool:
        """Judge an address, and one that is wrapped in it."""
        return all(self._allows(one) for one in _wrapped(address))

    def _allows(self, address: Address) -> bool:
        named = any(address in network for network in self.networks)
        return named or (address.is_global and not address.is_multicast)

    def to_json(self) -> dict[str, Any]:
        """Write it down for a worker."""
        return {"enabled": self.enabled, "networks": [str(network) for network in self.networks]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reach:
        """Read what was written."""
        return cls(tuple(map(ipaddress.ip_network, data["networks"])), data["enabled"])


def read_network(given: str) -> Network:
    """Read an address, or a network such as 10.0.0.0/8.

    Raises
    ------
    ValueError
        It is neither.
    """
    return ipaddress.ip_network(given)


def url_fault(url: Any, reach: Reach | None) -> str | None:
    """Say what was expected where this is no address for a webhook; without a `reach` only its form is judged."""
    if url is None:
        return None
    if not isinstance(url, str) or len(url) > LONGEST or not url.isprintable() or " " in url:
        return f"{_FORM}, at most {LONGEST} characters"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return _FORM
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment:
        return _FORM
    if reach is None:
        return None
    if not reach.enabled:
        return "nothing: this server has no secret to sign webhooks with (TOBAN_WEBHOOK_SECRET)"
    return None if _may_be_public(host, reach) else "a public host: this server sends nothing to private addresses"


def _may_be_public(host: str, reach: Reach) -> bool:
    """Whether a host is not known to be inside before anybody resolves it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not is_loopback(host):
            return True
        return any(reach.allows(ipaddress.ip_address(one)) for one in ("127.0.0.1", "::1"))
    return reach.allows(address)


def _wrapped(address: Address) -> list[Address]:
    """An address, or the IPv4 ones that an IPv6 one leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address, address.sixtofour]
    if address.teredo is not None:
        return [address, *address.teredo]
    if address in _NAT64:
        return [address, ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)]
    return [address]
