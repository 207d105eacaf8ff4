"""Public sets of instances: where their files are, how each is read, and who judges.

The judge of a set reads the instance's files itself and knows nothing of toban; of the teams, which are toban's own
format, toban's checker judges.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import judge_curtois, judge_inrc1, judge_inrc2
from datasets.formats import curtois, inrc1, inrc2
from solver import check, read_problem, read_schedule

Rows = dict[str, dict[str, str]]
"""Staff id → ISO date → symbol."""


class Judged(NamedTuple):
    """What a judge says: the penalty, and how many hard rules are broken."""

    penalty: int
    broken: int


class Loaded(NamedTuple):
    """An instance that is read: its problem document, what its score is beyond toban's penalty, and its judge."""

    document: dict[str, Any]
    constant: int
    judge: Callable[[Rows], Judged]


class Instance(NamedTuple):
    """One instance: its name, its files, and how to read them."""

    name: str
    files: tuple[Path, ...]
    read: Callable[[tuple[Path, ...]], Loaded]

    def load(self) -> Loaded:
        """Read the files."""
        return self.read(self.files)


class Suite(NamedTuple):
    """A public set. `expects` says which files it looks for."""

    name: str
    expects: str
    best_known: dict[str, int]
    find: Callable[[Path], list[Instance]]

    def instances(self, data: Path, only: tuple[str, ...] = ()) -> list[Instance]:
        """The instances of a folder, in the order of their numbers; those named only, if any are."""
        found = sorted(self.find(data), key=lambda one: [int(n) for n in re.findall(r"\d+", one.name)])
        return [one for one in found if not only or one.name in only]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _by_pattern(pattern: str, read: Callable[[tuple[Path, ...]], Loaded]) -> Callable[[Path], list[Instance]]:
    return lambda data: [Instance(file.stem, (file,), read) for file in data.glob(pattern)]


def _read_curtois(files: tuple[Path, ...]) -> Loaded:
    text = _text(files[0])
    document = curtois.read(text)

    def judge(schedule: Rows) -> Judged:
        xml = curtois.write(document, schedule, name="", penalty=0)
        penalty, broken = judge_curtois.score(text, judge_curtois.read_roster(xml))
        return Judged(penalty, broken.total())

    return Loaded(document, 0, judge)


def _read_inrc1(files: tuple[Path, ...]) -> Loaded:
    text = _text(files[0])
    document = inrc1.read(text)

    def judge(schedule: Rows) -> Judged:
        roster, twice = judge_inrc1.read_solution(inrc1.write(document, schedule, name="", penalty=0))
        penalty, wrong = judge_inrc1.score(text, roster)
        return Judged(penalty, wrong + twice)

    return Loaded(document, 0, judge)


def _read_inrc2(files: tuple[Path, ...]) -> Loaded:
    scenario, history, *weeks = map(_text, files)
    document, constant = inrc2.read(scenario, history, weeks)

    def judge(schedule: Rows) -> Judged:
        roster, twice = judge_inrc2.read_solution(inrc2.write(document, schedule, scenario=""))
        penalty, broken = judge_inrc2.score(scenario, history, weeks, roster)
        return Judged(penalty, broken.total() + twice)

    return Loaded(document, constant, judge)


DEALT = {
    "n005w4": ("1", "1-2-3-3"),
    "n012w8": ("0", "3-5-0-2-0-4-5-2"),
    "n030w4": ("1", "6-2-9-1"),
}
"""Which history and weeks make an instance of a scenario; of any other scenario history 0 and its first weeks."""


def _find_inrc2(data: Path) -> list[Instance]:
    """One instance for each scenario, in the folder itself or in one of its own."""
    found = []
    for scenario in [*data.glob("Sc-*.txt"), *data.glob("*/Sc-*.txt")]:
        name, folder = scenario.stem.removeprefix("Sc-"), scenario.parent
        weeks = re.search(r"^WEEKS\s*=\s*(\d+)", _text(scenario), re.MULTILINE)
        first = "-".join(map(str, range(int(weeks[1]) if weeks else 1)))
        history, dealt = DEALT.get(name, ("0", first))
        dates = [folder / f"WD-{name}-{week}.txt" for week in dealt.split("-")]
        files = (scenario, folder / f"H0-{name}-{history}.txt", *dates)
        if all(file.is_file() for file in files):
            found.append(Instance(f"{name}_{history}_{dealt}", files, _read_inrc2))
    return found


def _read_team(files: tuple[Path, ...]) -> Loaded:
    data = json.loads(_text(files[0]))
    document: dict[str, Any] = data.get("problem", data)

    def judge(schedule: Rows) -> Judged:
        problem = read_problem(document)
        found = check(problem, read_schedule(schedule, problem))
        penalty = sum(v.penalty for v in found if v.severity == "soft")
        return Judged(penalty, sum(v.severity == "hard" for v in found))

    return Loaded(document, 0, judge)


SUITES = {
    suite.name: suite
    for suite in (
        Suite(
            "curtois",
            "Instance*.txt",
            {
                **{"Instance1": 607, "Instance2": 828, "Instance3": 1001, "Instance4": 1716, "Instance5": 1143},
                **{"Instance6": 1950, "Instance7": 1056, "Instance8": 1300, "Instance9": 439, "Instance10": 4631},
                **{"Instance12": 4040, "Instance13": 1348, "Instance14": 1278, "Instance15": 3829, "Instance16": 3225},
                **{"Instance17": 5746, "Instance18": 4459, "Instance19": 3149, "Instance20": 4769, "Instance22": 30241},
            },
            _by_pattern("Instance*.txt", _read_curtois),
        ),
        Suite(
            "inrc1",
            "*.xml",
            {"sprint01": 56, "sprint02": 58, "sprint03": 51, "medium01": 240},
            _by_pattern("*.xml", _read_inrc1),
        ),
        Suite("inrc2", "Sc-*.txt with H0-* and WD-*", {}, _find_inrc2),
        Suite("teams", "*.json", {}, _by_pattern("*.json", _read_team)),
    )
}
