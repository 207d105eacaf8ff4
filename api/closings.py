"""With which codes a WebSocket is closed, and what each tells its client.

4000 + a status stands for what HTTP would have answered, as a browser tells its page nothing of a refused handshake.
"""

from __future__ import annotations

from typing import Final

DEFECT: Final = 1011
TRY_AGAIN: Final = 1013
BAD_SINCE: Final = 4400
KEY_REFUSED: Final = 4401
SCOPE_MISSING: Final = 4403
NO_SUCH_RESTAURANT: Final = 4404
_BEHIND_STATUS: Final = 4000

CLOSINGS: Final = {
    DEFECT: "a defect of the server, logged there under the id that the reason names",
    TRY_AGAIN: "too far behind, or the database is away: come back with since",
    BAD_SINCE: "since is no revision",
    KEY_REFUSED: "a key is needed, or the one that was sent is unknown, expired or revoked",
    SCOPE_MISSING: "the key does not allow reading",
    NO_SUCH_RESTAURANT: "there is no such restaurant, or it is not the key's own",
}


def closing(status: int) -> int:
    """Tell the code for what HTTP would answer with a status; 503 is worth another try."""
    return TRY_AGAIN if status == 503 else _BEHIND_STATUS + status


def reason(text: str) -> str:
    """Shorten a text to what a closing frame holds, 123 bytes."""
    return text.encode()[:123].decode(errors="ignore")
