"""Signatures as Standard Webhooks (standardwebhooks.com) lays down, so that receivers need no code of ours to verify them.

    webhook-id: <the job's id>     webhook-timestamp: <seconds since 1970>
    webhook-signature: v1,base64(HMAC-SHA256(secret, "{id}.{timestamp}.{body}")) …

The time is signed too: a receiver refuses what is old, and with the id what it has seen. There is a signature for each
secret, so that one can take the other's place without a message lost.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

PREFIX: Final = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes


def read_secrets(given: str) -> tuple[bytes, ...]:
    """Read secrets, each `whsec_` and base64, blanks between them.

    Raises
    ------
    ValueError
        One of them is none; it is not quoted.
    """
    secrets = []
    for i, one in enumerate(given.split(), 1):
        try:
            secret = base64.b64decode(one.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            secret = b""
        if not SHORTEST <= len(secret) <= LONGEST:
            raise ValueError(f"secret {i} is not {PREFIX} and {SHORTEST} to {LONGEST} bytes as base64")
        secrets.append(secret)
    return tuple(secrets)


def signed(secrets: tuple[bytes, ...], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Make the headers of a message."""
    content = f"{message_id}.{timestamp}.".encode() + body
    digests = [hmac.digest(secret, content, hashlib.sha256) for secret in secrets]
    signatures = [f"v1,{base64.b64encode(digest).decode()}" for digest in digests]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
