"""uvicorn's WebSocket connections, which here end in time even if the other side reads nothing any more.

uvicorn closes a connection after all that was written to it, which a dead or stuck peer never lets happen.
"""

from __future__ import annotations

from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

GOODBYE_SECONDS: Final = 2.0  # for the peer to answer a close, and to read what was sent before it


class Sockets(WebSocketsSansIOProtocol):
    """A connection that is cut off soon after it was told to close."""

    async def send(self, message: Any) -> None:
        """Send; a close goes out at once, and does not wait until the peer has read."""
        if message["type"] == "websocket.close":
            self.writable.set()
            self._end_soon()
        await super().send(message)

    def keepalive_timeout(self) -> None:
        """End a connection whose ping was not answered."""
        super().keepalive_timeout()
        self._end_soon()

    def _end_soon(self) -> None:
        self.loop.call_later(GOODBYE_SECONDS, self.transport.abort)
