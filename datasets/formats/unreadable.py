"""What every reader of a foreign format raises."""

from __future__ import annotations


class Unreadable(ValueError):
    """A text that is not in the format; `faults` has one sentence for each line or element at fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
