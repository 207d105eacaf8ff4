"""Repairs: changes of a problem that make it feasible."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from solver.domain.base import Frozen


class Repair(Frozen):
    """A change of the problem after which its hard rules can hold together.

    `patch` is an RFC 6902 JSON Patch of the canonical problem; `cost` the sum of its changes' prices. `proved`: the patched
    problem was solved; else the patch breaks every conflict that is known, and time ran out before more was.
    """

    patch: tuple[dict[str, Any], ...] = Field(description="RFC 6902: op, path and value, to be applied to `problem`")
    cost: int
    proved: bool
    message: str
