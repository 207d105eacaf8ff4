"""Random rosters of a document that a reader of a public format made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st


@st.composite
def of(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Stretches of one symbol and of days off; each person keeps to few symbols, so that now and then rules are kept."""
    start, end = (date.fromisoformat(document["period"][side]) for side in ("start", "end"))
    days = [(start + timedelta(days=i)).isoformat() for i in range((end - start).days + 1)]
    types = document["settings"]["shift_types"]
    symbols = [shift["symbol"] for shift in types if shift["kind"] != "away" and shift.get("name") != "another shift"]
    off = next(shift["symbol"] for shift in document["settings"]["shift_types"] if shift["kind"] == "off")
    chance = draw(st.randoms(use_true_random=False))
    schedule = {}
    for person in document["staff"]:
        liked = [off, *chance.sample(symbols, k=min(len(symbols), chance.randint(1, 4)))]
        row: list[str] = []
        while len(row) < len(days):
            row += [chance.choice(liked)] * chance.randint(1, 5)
        schedule[person["id"]] = dict(zip(days, row, strict=False))
    return schedule
