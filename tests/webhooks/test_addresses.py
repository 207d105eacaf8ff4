"""Where webhooks may go."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from api.webhooks.addresses import LONGEST, Reach, read_network, url_fault

INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
]
OUTSIDE = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_is_sent_inside(address: str) -> None:
    assert not Reach().allows(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_public_internet_is_reached(address: str) -> None:
    assert Reach().allows(ipaddress.ip_address(address))


def test_networks_that_the_server_was_told_of() -> None:
    reach = Reach((read_network("10.1.0.0/16"), read_network("::1")))
    allowed = ("10.1.2.3", "::1", "::ffff:10.1.2.3", "8.8.8.8")
    assert all(reach.allows(ipaddress.ip_address(one)) for one in allowed)
    assert not any(reach.allows(ipaddress.ip_address(one)) for one in ("10.2.0.1", "127.0.0.1", "fe80::1"))
    assert Reach.from_json(reach.to_json()) == reach


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "//hooks.example/x",
        "ftp://hooks.example",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "https://user:word@hooks.example",
        "https://user@hooks.example",
        "https://hooks.example:99999",
        "https://hooks.example/#part",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nX: y",
        "https://[::1",
        "https://hooks.example/" + "x" * LONGEST,
        5,
        ["https://hooks.example"],
        True,
    ],
)
def test_what_is_no_address_for_a_webhook(url: Any) -> None:
    assert url_fault(url, None) is not None
    assert url_fault(url, Reach()) is not None


@pytest.mark.parametrize(
    "url", ["https://hooks.example/x?y=1", "http://hooks.example:8080", "https://[2606:4700::1]/", None]
)
def test_what_is_one(url: str | None) -> None:
    assert url_fault(url, None) is None
    assert url_fault(url, Reach()) is None


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.0.0.1", "localhost", "a.localhost", "LOCALHOST.", "[::ffff:10.0.0.1]"]
)
def test_what_is_known_to_be_inside_is_refused_at_once(host: str) -> None:
    assert "private" in (url_fault(f"http://{host}/", Reach()) or "")
    assert url_fault(f"http://{host}/", None) is None, "a job's form is read again where it runs"
    everywhere = Reach((read_network("0.0.0.0/0"), read_network("::/0")))
    assert url_fault(f"http://{host}/", everywhere) is None


def test_a_server_without_a_secret_says_so() -> None:
    assert "TOBAN_WEBHOOK_SECRET" in (url_fault("https://hooks.example", Reach(enabled=False)) or "")
    assert url_fault(None, Reach(enabled=False)) is None
