from collections.abc import Callable
from typing import Any

from api.render.csv import csv

Made = Callable[..., Any]


def test_staff_by_dates_with_a_mark_for_excel(problem: Made, result: Made) -> None:
    rows = {"sato": "×○", "suzuki": "○ ", "nakata": "○△", "ueda": "  "}
    assert (
        csv(result(problem(2), rows))
        == ("\ufeffstaff_id,name,2026-01-01,2026-01-02\r\nsato,佐藤,×,○\r\nsuzuki,鈴木,○,\r\nnakata,中田,○,△\r\n").encode()
    )


def test_names_that_a_spreadsheet_would_run_stay_text(problem: Made, result: Made) -> None:
    names = {"=id": "=1+1", "b": "+1", "c": '-2,"x"', "d": "@SUM(A1)", "e": "\t=1", "f": "a\nb", "g": "-"}
    lines = csv(result(problem(1, names=names), dict.fromkeys(names, "○"))).decode("utf-8-sig").split("\r\n")
    assert lines[1:-1] == [
        "'=id,'=1+1,○",
        "b,'+1,○",
        'c,"\'-2,""x""",○',
        "d,'@SUM(A1),○",
        "e,\\t=1,○",
        "f,a\\nb,○",
        "g,-,○",
    ]
