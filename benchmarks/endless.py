"""A problem whose optimum nobody proves within minutes, for measuring and testing what happens meanwhile."""

from __future__ import annotations

from typing import Any


def endless(seconds: float = 30) -> dict[str, Any]:
    """Twenty people in a month, each with a dozen wishes of odd weights; one worker searches for so many seconds."""
    staff = [f"s{i}" for i in range(20)]
    wishes = [
        {"staff_id": one, "date": f"2025-01-{1 + (7 * i + 3 * k) % 31:02}", "symbol": "×", "weight": 7 + (i * k) % 13}
        for i, one in enumerate(staff)
        for k in range(12)
    ]
    return {
        "period": {"start": "2025-01-01", "end": "2025-01-31"},
        "staff": [{"id": one, "status": "ab"[i % 2]} for i, one in enumerate(staff)],
        "settings": {
            "staff_groups": [{"id": f"g{i}", "members": staff[4 * i : 4 * i + 4]} for i in range(4)],
            "backup_assignments": [{"id": f"b{i}", "staff_id": staff[16 + i], "group_id": f"g{i}"} for i in range(4)],
            "demand": [{"symbols": [one], "target": n} for one, n in (("○", 11), ("△", 3), ("◇", 2), ("×", 5))],
            "fairness": [{"measure": one} for one in ("off", "early", "late", "weekend", "cover")],
            "requests": wishes,
        },
        "options": {"time_limit": seconds, "workers": 1, "seed": 1},
    }
