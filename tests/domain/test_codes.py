"""The catalogue: every code described, once, and each one met by some test."""

from solver.domain.codes import Code, catalogue
from tests.domain.warned import WARNED, WARNED_WHEN_SOLVED
from tests.malformed import MALFORMED


def test_every_code_is_in_the_catalogue_once_with_its_meaning() -> None:
    rows = catalogue()
    assert sorted(row.code for row in rows) == sorted(code.value for code in Code)
    assert {row.severity for row in rows} == {"fault", "warning"}
    assert all(row.meaning.endswith(".") and len(row.meaning) > 10 for row in rows)
    assert len({row.meaning for row in rows}) == len(rows)


def test_faults_come_before_warnings_each_in_the_order_of_the_codes() -> None:
    rows = catalogue()
    severities = [row.severity for row in rows]
    assert severities == sorted(severities)
    order = [code.value for code in Code]
    for severity in ("fault", "warning"):
        listed = [row.code for row in rows if row.severity == severity]
        assert listed == sorted(listed, key=order.index)


def test_codes_are_names() -> None:
    assert all(code.value == code.name.lower() for code in Code)


def test_every_code_is_produced_by_some_test() -> None:
    """`test_malformed.py`, `test_advice.py` and `test_alternatives.py` see to it that each of these draws its code."""
    severity = {row.code: row.severity for row in catalogue()}
    assert {one.code for one in MALFORMED} == {code for code in severity if severity[code] == "fault"}
    assert {one.code for one in [*WARNED, *WARNED_WHEN_SOLVED]} == {code for code in severity if severity[code] == "warning"}
