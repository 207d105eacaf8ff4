"""The report of a batch: one page with every problem, and a page for each roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from api.batch.table import Row
from api.cli.writing import write_file
from api.render.plain import plain
from api.render.words import percent


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(plain=plain, percent=percent)
    return environment.get_template("batch.html")


def write_report(rows: Sequence[Row], folder: Path, rosters: dict[str, Path]) -> Path:
    """Write `report.html`, with links to the pages of the rosters."""
    links = {name: quote(page.relative_to(folder).as_posix()) for name, page in rosters.items()}
    counts = Counter(row.status for row in rows).most_common()
    path = folder / "report.html"
    write_file(path, _template().render(rows=rows, counts=counts, rosters=links).encode())
    return path
