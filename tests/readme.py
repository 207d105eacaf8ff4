"""The parts of the README that the program writes itself. `python -m tests.readme` puts the present ones in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from solver.rules import all_rules

README = Path(__file__).parent.parent / "README.md"
WIDTH = "100"


def rules_table() -> str:
    """Every rule with its sentence and its default, from the rules' docstrings."""
    rows = ["| rule | says | default |", "|---|---|---|"]
    for name, rule in all_rules().items():
        sentence = rule.__doc__.split("\n", 1)[0].split(": ", 1)[1]
        flat = " ".join(rule.__doc__.split())
        default = re.search(r"Default[^:]*: (.*?)[.;](?: |$)", flat)
        rows.append(f"| `{name}` | {sentence} | {default[1] if default else 'always hard'} |")
    return "\n".join(rows)


def screen() -> str:
    """What `toban solve promise` prints, without colours; the seconds are blurred."""
    command = [sys.executable, "-m", "api.cli.main", "solve", "promise", "--format", "table"]
    env = {**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(README.parent)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", env=env)
    lines = [line.rstrip() for line in done.stdout.strip("\n").splitlines()]
    return re.sub(r"in \d+\.\d+ s", "in 0.1 s", "\n".join(lines))


def parts() -> dict[str, str]:
    """Each generated part as it stands between its marks."""
    return {"screen": f"```text\n{screen()}\n```", "rules": rules_table()}


def block(name: str) -> re.Pattern[str]:
    """Where a part stands in the README."""
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- end -->)", re.DOTALL)


def main() -> None:
    text = README.read_text(encoding="utf-8")
    for name, part in parts().items():
        text, found = block(name).subn(lambda _, part=part: part, text)
        assert found == 1, f"README.md has no part {name}"
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
