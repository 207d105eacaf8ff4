"""`toban serve`: the HTTP API under uvicorn, ended gracefully."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from socket import socket

import uvicorn

from api.access.origins import Access, is_loopback
from api.app import create_app
from api.heads import open_files, patient
from api.limits import Limits
from api.logs import LogFormat, configure
from api.services import services_of
from api.sockets import Sockets
from api.webhooks.courier import Setting as Webhooks
from store import Store, default_url

SLOWEST_GOODBYE = 10  # seconds running solves have for answering with their best so far


class _Server(uvicorn.Server):
    """Tells running solves to come to an end before it waits for them."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        services_of(self.config.app).stop()  # type: ignore[arg-type]
        await super().shutdown(sockets)


class Unlocked(Exception):
    """A server that others can reach would answer everybody."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host or 'every address'} is more than this machine, and there is no key yet: "
            "make one with toban keys create, or let everybody in with --insecure"
        )


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    database: str | None = None,
    access: Access | None = None,
    log_format: LogFormat = LogFormat.text,
    scheduler: str | None = None,
    webhooks: Webhooks | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; what is being solved then answers with the best so far.

    Raises
    ------
    Unlocked
        The address is not a loopback one, there is no key, and `access.insecure` does not allow that.
    SystemExit
        The server cannot start (the port is taken, say).
    """
    configure(log_format)
    limits, access = limits or Limits(), access or Access()
    if not is_loopback(host) and not access.insecure:
        access = replace(access, keyed=True)
        if not _has_key(database):
            raise Unlocked(host)
    config = uvicorn.Config(
        create_app(limits, database, access, scheduler, webhooks),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        http=patient(limits.slowest_head, min(limits.waiting_heads, open_files() // 2)),
        ws=Sockets,
        ws_ping_interval=limits.ping,
        ws_ping_timeout=limits.pong,
        ws_per_message_deflate=False,  # compressing for each client anew takes longer than all the rest of a broadcast
        ws_max_size=limits.largest_message,
        server_header=False,
        timeout_graceful_shutdown=SLOWEST_GOODBYE,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config).run()


def _has_key(database: str | None) -> bool:
    store = Store(database or default_url())
    try:
        store.upgrade()
        return store.keys.any()
    finally:
        store.close()
