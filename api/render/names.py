"""What people and groups are called on a page: their labels, with the id behind where two share one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from api.render.plain import plain
from solver.domain.problem import Problem


class Names:
    """Labels by id, safe to print. An id nobody has is its own label."""

    def __init__(self, staff: Mapping[str, str], groups: Mapping[str, str]) -> None:
        self._staff = _told_apart(staff)
        self._groups = _told_apart(groups)

    @classmethod
    def of(cls, problem: Problem) -> Names:
        """Name a problem's people and groups."""
        return cls(
            {person.id: person.label for person in problem.staff},
            {group.id: group.label for group in problem.settings.staff_groups},
        )

    def staff(self, staff_id: str) -> str:
        """Say what to call a person."""
        return self._staff.get(staff_id) or plain(staff_id)

    def group(self, group_id: str) -> str:
        """Say what to call a group."""
        return self._groups.get(group_id) or plain(group_id)


def _told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    times = Counter(labels.values())
    return {key: plain(label if times[label] == 1 else f"{label} ({key})") for key, label in labels.items()}
