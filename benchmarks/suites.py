"""Public sets of instances: where their files are, how each is solved, and who judges.

The judge of a set reads the instance's file itself and knows nothing of toban.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import judge_curtois
from datasets.formats import curtois


class Judged(NamedTuple):
    """What a judge says: the penalty, and how many hard rules are broken."""

    penalty: int
    broken: int


class Suite(NamedTuple):
    """A public set. `read`: text → problem document; `judge`: text, document, schedule → verdict."""

    name: str
    pattern: str
    best_known: dict[str, int]
    read: Callable[[str], dict[str, Any]]
    judge: Callable[[str, dict[str, Any], dict[str, dict[str, str]]], Judged]

    def instances(self, data: Path) -> list[Path]:
        """The files of a folder that belong to the set, in the order of their numbers."""
        return sorted(data.glob(self.pattern), key=lambda file: [int(n) for n in re.findall(r"\d+", file.stem)])


def _judge_curtois(text: str, document: dict[str, Any], schedule: dict[str, dict[str, str]]) -> Judged:
    xml = curtois.write(document, schedule, name="", penalty=0)
    penalty, broken = judge_curtois.score(text, judge_curtois.read_roster(xml))
    return Judged(penalty, broken.total())


SUITES = {
    "curtois": Suite(
        "curtois",
        "Instance*.txt",
        {
            **{"Instance1": 607, "Instance2": 828, "Instance3": 1001, "Instance4": 1716, "Instance5": 1143},
            **{"Instance6": 1950, "Instance7": 1056, "Instance8": 1300, "Instance9": 439, "Instance10": 4631},
            **{"Instance12": 4040, "Instance13": 1348, "Instance14": 1278, "Instance15": 3829, "Instance16": 3225},
            **{"Instance17": 5746, "Instance18": 4459, "Instance19": 3149, "Instance20": 4769, "Instance22": 30241},
        },
        curtois.read,
        _judge_curtois,
    )
}
