"""Signatures, verified by the library that receivers use."""

from __future__ import annotations

import base64
import json
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.webhooks.courier import MOST_ATTEMPTS, wait_after
from api.webhooks.signing import read_secrets, signed

OLD, NEW = (f"whsec_{base64.b64encode(bytes([i]) * 32).decode()}" for i in (1, 2))
BODY = json.dumps({"type": "job.ended", "data": {"id": "佐藤"}}, ensure_ascii=False).encode()


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_a_receiver_who_knows_one_of_the_secrets_verifies(secret: str) -> None:
    headers = signed(read_secrets(f"{NEW} {OLD}\n"), "a1", int(time.time()), BODY)
    assert Webhook(secret).verify(BODY, headers)["data"] == {"id": "佐藤"}


def test_what_was_altered_or_is_old_is_refused() -> None:
    secrets, now = read_secrets(OLD), int(time.time())
    headers = signed(secrets, "a1", now, BODY)
    for altered, body in (
        ({**headers, "webhook-id": "a2"}, BODY),
        ({**headers, "webhook-timestamp": str(now - 1)}, BODY),
        (headers, BODY + b" "),
        (signed(secrets, "a1", now - 3600, BODY), BODY),
        (signed(read_secrets(NEW), "a1", now, BODY), BODY),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(OLD).verify(body, altered)


@pytest.mark.parametrize(
    "given", ["himitsu", "whsec_c2hvcnQ=", "whsec_!!!!", f"{OLD} short", base64.b64encode(b"x" * 65).decode()]
)
def test_what_is_no_secret_is_refused_and_not_quoted(given: str) -> None:
    with pytest.raises(ValueError, match=r"^secret \d is not whsec_") as raised:
        read_secrets(given)
    assert given not in str(raised.value)


def test_waits_grow_and_end() -> None:
    waits = [wait_after(attempt, 5, lambda: 0.5) for attempt in range(1, MOST_ATTEMPTS + 1)]
    seconds = [wait.total_seconds() for wait in waits if wait is not None]
    assert seconds == [5, 20, 80, 320, 1280, 5120, 20480, 21600, 21600]
    assert waits[-1] is None
    assert {wait_after(2, 5, lambda i=i: float(i)).total_seconds() for i in (0, 1)} == {18, 22}  # type: ignore[union-attr, misc]
