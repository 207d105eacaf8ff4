"""A problem made of what a restaurant has stored."""

from __future__ import annotations

from typing import Any


def within(settings: dict[str, Any], period: Any) -> dict[str, Any]:
    """Leave out wishes for other dates: the store keeps those of every month, a problem has those of its period only."""
    dates = (period.get("start"), period.get("end")) if isinstance(period, dict) else (None, None)
    if not settings.get("requests") or not all(isinstance(day, str) for day in dates):
        return settings
    kept = [wish for wish in settings["requests"] if str(dates[0]) <= wish["date"] <= str(dates[1])]
    return {**settings, "requests": kept}
