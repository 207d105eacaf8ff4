"""What the README shows is what the program does."""

from __future__ import annotations

import pytest

from tests import readme


@pytest.mark.parametrize("name", ["screen", "rules"])
def test_a_generated_part_is_the_present_one(name: str) -> None:
    found = readme.block(name).search(readme.README.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0] == readme.parts()[name], "run: python -m tests.readme"


def test_the_table_of_rules_tells_every_default() -> None:
    rows = readme.rules_table().splitlines()[2:]
    structural = {row.split("`")[1] for row in rows if row.endswith("| always hard |")}
    assert structural == {"calendar", "employment", "on_call", "prefilled"}
