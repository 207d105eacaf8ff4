"""`toban serve`: the HTTP API under uvicorn, ended gracefully."""

from __future__ import annotations

import contextlib
from socket import socket

import uvicorn

from api.app import create_app
from api.limits import Limits
from api.logs import LogFormat, configure
from api.services import services_of
from api.sockets import Sockets

SLOWEST_GOODBYE = 10  # seconds running solves have for answering with their best so far


class _Server(uvicorn.Server):
    """Tells running solves to come to an end before it waits for them."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        services_of(self.config.app).stop()  # type: ignore[arg-type]
        await super().shutdown(sockets)


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    database: str | None = None,
    log_format: LogFormat = LogFormat.text,
) -> None:
    """Serve until SIGINT or SIGTERM; what is being solved then answers with the best so far.

    Raises
    ------
    SystemExit
        The server cannot start (the port is taken, say).
    """
    configure(log_format)
    limits = limits or Limits()
    config = uvicorn.Config(
        create_app(limits, database),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        ws=Sockets,
        ws_ping_interval=limits.ping,
        ws_ping_timeout=limits.pong,
        ws_per_message_deflate=False,  # compressing for each client anew takes longer than all the rest of a broadcast
        ws_max_size=limits.largest_body,
        server_header=False,
        timeout_graceful_shutdown=SLOWEST_GOODBYE,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config).run()
