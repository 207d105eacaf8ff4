"""What kinds of changes cost, on their way from a request's query to the worker that explains its problem."""

from __future__ import annotations

import json
from collections.abc import Iterable

from solver import Fault, ProblemError
from solver.domain.codes import Code
from solver.explain.edits import PRICES

MOST_DIGITS = 9  # of a price: beyond it a sum of them would be no number to compare


def read_prices(given: Iterable[str]) -> dict[str, int]:
    """Read KIND=NUMBER, each kind once.

    Raises
    ------
    ProblemError
        With every fault; a parameter of the address has no place in the document.
    """
    prices: dict[str, int] = {}
    faults: list[Fault] = []
    for text in given:
        kind, _, number = (part.strip() for part in text.partition("="))
        if kind not in PRICES:
            faults.append(Fault(Code.BAD_VALUE, "", text, "as price: KIND=NUMBER with a kind of " + ", ".join(PRICES)))
        elif not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
            faults.append(
                Fault(Code.BAD_VALUE, "", text, f"as price: {kind}= and a whole number of at most {MOST_DIGITS} digits")
            )
        elif kind in prices:
            faults.append(Fault(Code.DUPLICATE_ENTRY, "", text, "as price: each kind only once"))
        else:
            prices[kind] = int(number)
    if faults:
        raise ProblemError(tuple(faults))
    return prices


def with_prices(prices: dict[str, int], body: bytes) -> bytes:
    """What the worker gets: the prices on a line of their own before the body, which is untouched."""
    return json.dumps(prices).encode() + b"\n" + body


def prices_and_problem(sent: bytes) -> tuple[dict[str, int], bytes]:
    """Take apart what `with_prices` put together."""
    prices, _, body = sent.partition(b"\n")
    return json.loads(prices), body
