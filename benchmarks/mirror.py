"""What a browser has: all settings, kept up to date by nothing but the messages it is sent."""

from __future__ import annotations

import json
from typing import Any, Final

Data = dict[str, Any]
KINDS: Final = {
    "STAFF": ("staff", "staff"),
    "STAFF_GROUP": ("staff_groups", "groups"),
    "BACKUP_ASSIGNMENT": ("backup_assignments", "backup-assignments"),
    "DAILY_LIMIT": ("daily_limits", "daily-limits"),
    "WEEKLY_LIMIT": ("weekly_limits", "weekly-limits"),
    "MONTHLY_LIMIT": ("monthly_limits", "monthly-limits"),
    "PRIORITY_RULE": ("priority_rules", "priority-rules"),
    "CALENDAR": ("calendar", "calendar"),
    "RULE": ("rules", "rules"),
    "PREFILLED": ("prefilled", "prefilled"),
}
"""What messages call a kind of row: its name in the settings, and in addresses."""
LISTS: Final = tuple(name for name, _ in KINDS.values() if name not in ("calendar", "rules", "prefilled"))
_VALUES: Final = {"calendar": "rule", "rules": "value", "prefilled": "symbol"}
_SERVER = ("restaurant_id", "version_id", "created_at", "updated_at")
_VERBS = ("_HARD_DELETED", "_CREATED", "_UPDATED", "_DELETED")  # the longer of two endings first


class OutOfOrder(Exception):
    """Messages came with a gap, twice or in the wrong order."""


def _place(row: Data) -> tuple[int, str]:
    return row["position"], row["id"]


def known(row: Data) -> Data:
    """Take of a row what both a document and a message tell."""
    return {name: value for name, value in row.items() if name not in _SERVER}


class Mirror:
    """The state of one client. `revision` is the last it has wholly heard of; it asks for what came since."""

    def __init__(self) -> None:
        self.lists: dict[str, dict[str, Data]] = {name: {} for name in LISTS}
        self.maps: dict[str, Data] = {"calendar": {}, "rules": {}, "prefilled": {}}
        self.revision: int | None = None
        self.heard = 0
        self._within: int | None = None  # a revision of which more is to come

    def connected(self) -> None:
        """Forget the beginning of a revision whose end did not come: it will be told again."""
        self._within = None

    def load(self, document: Data) -> None:
        """Take a whole document."""
        rows = {"staff": document["staff"], **document["settings"]}
        self.lists = {name: {row["id"]: known(row) for row in rows[name]} for name in LISTS}
        self.maps["calendar"] = dict(rows["calendar"])
        self.maps["rules"] = {name: value for name, value in rows.items() if name not in LISTS and name != "calendar"}
        cells = {f"{staff}:{day}": symbol for staff, row in document["prefilled"].items() for day, symbol in row.items()}
        self.maps["prefilled"] = cells
        self.revision = document["revision"]

    def hear(self, message: Data) -> None:
        """Take a message.

        Raises
        ------
        OutOfOrder
            It is not the one that had to come next.
        """
        if message["type"] == "SETTINGS":
            if self.revision is not None and message["revision"] < self.revision:
                raise OutOfOrder(f"settings of {message['revision']} after {self.revision}")
            self.load(message)
            return
        revision, expected = message["revision"], self._within if self._within is not None else (self.revision or 0) + 1
        if revision != expected:
            raise OutOfOrder(f"{message['type']} of revision {revision} where {expected} had to come")
        self._apply(message)
        self.heard += 1
        self._within = revision if message["more"] else None
        if not message["more"]:
            self.revision = revision

    def _apply(self, message: Data) -> None:
        verb = next((verb for verb in _VERBS if message["type"].endswith(verb)), "")
        if message["type"].removesuffix(verb) not in KINDS:
            return  # of rosters, versions and names it keeps nothing
        name = KINDS[message["type"].removesuffix(verb)][0]
        row = message["payload"]
        gone = verb == "_HARD_DELETED"
        if name in self.lists:
            if gone:
                self.lists[name].pop(row["id"], None)
            else:
                self.lists[name][row["id"]] = known(row)
        elif gone or not row["is_active"]:
            self.maps[name].pop(row["id"], None)
        else:
            self.maps[name][row["id"]] = row[_VALUES[name]]

    def state(self) -> str:
        """Everything as text, lists in their order, to compare."""
        lists = {name: sorted(rows.values(), key=_place) for name, rows in self.lists.items()}
        maps = {name: dict(sorted(rows.items())) for name, rows in self.maps.items()}
        return json.dumps({"revision": self.revision, **lists, **maps}, ensure_ascii=False, sort_keys=True, indent=0)
