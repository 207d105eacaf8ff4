"""The result as a workbook: the roster in colour, its violations and its covers, ready to print on A4."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell as XlsxCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from api.render.frames import covers_frame, violations_frame
from api.render.plain import plain
from api.render.roster import Cell, Column, Roster, Row
from api.render.words import covers, headline, meaning, month, weekday
from solver.domain.language import say
from solver.result import Result

INK = {
    "normal": "202124",
    "early": "0B6E7F",
    "late": "8A2BA0",
    "work": "1F4FB5",
    "off": "C62828",
    "leave": "B35900",
    "away": "9AA0A6",
}
PAPER = {"closed": "CFD4DA", "weekend": "F0F1F3", "cover": "BFE8C7", "soft": "FFE89A", "hard": "F7A8A0"}
_FIRST = 4  # the row of the first person: title, weekdays and dates stand above
_LONGEST = 32_767  # characters a cell of a workbook may hold
_WIDEST = 60


def xlsx(result: Result, title: str = "") -> bytes:
    """Make a workbook with the sheets roster, violations and covers; headed by a title, else by what came out."""
    book = Workbook()
    _roster(book.active or book.create_sheet(), result, title or headline(result))
    _table(book.create_sheet("violations"), violations_frame(result))
    _table(book.create_sheet("covers"), covers_frame(result))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _roster(sheet: Worksheet, result: Result, title: str) -> None:
    roster = Roster.of(result)
    sheet.title = "roster"
    _write(sheet, 1, 1, title).font = Font(bold=True)
    _write(sheet, 3, 1, "name").font = Font(bold=True)
    for x, column in enumerate(roster.columns, 2):
        _head(sheet, x, column, starts_month=x == 2 or column.day.day == 1)
    for y, row in enumerate(roster.rows, _FIRST):
        _person(sheet, y, row, roster.columns)
    for y, line in enumerate(_legend(roster), _FIRST + len(roster.rows) + 1):
        _write(sheet, y, 1, line[0]).font = Font(color=line[1])
        if line[2]:
            sheet.cell(y, 1).fill = _fill(line[2])
    names = max((cell_len(row.name) for row in roster.rows), default=10)
    symbols = max((cell_len(cell.symbol) for cell in roster.cells), default=1)
    sheet.column_dimensions["A"].width = max(12, names + 2)
    for x in range(2, len(roster.columns) + 2):
        sheet.column_dimensions[get_column_letter(x)].width = max(4.5, symbols + 2)
    sheet.freeze_panes = f"B{_FIRST}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_cols, sheet.print_title_rows = "A:A", "1:3"


def _head(sheet: Worksheet, x: int, column: Column, *, starts_month: bool) -> None:
    if starts_month and x > 2:
        _write(sheet, 1, x, month(column.day)).font = Font(bold=True)
    day = _write(sheet, 3, x, column.day)
    day.number_format = "d" if not starts_month else "d mmm"
    for cell in (_write(sheet, 2, x, weekday(column.day)), day):
        cell.font = Font(bold=True, color=INK["off"] if column.weekend or column.closed else INK["normal"])
        cell.alignment = Alignment(horizontal="center", shrink_to_fit=True)
        _tint(cell, column)
    if column.broken:
        day.fill = _fill(PAPER[column.broken])
        _comment(day, column.sentences)


def _person(sheet: Worksheet, y: int, row: Row, columns: tuple[Column, ...]) -> None:
    name = _write(sheet, y, 1, row.name)
    name.font = Font(bold=True)
    if row.broken:
        name.fill = _fill(PAPER[row.broken])
        _comment(name, row.sentences)
    for x, (column, shown) in enumerate(zip(columns, row.cells, strict=True), 2):
        cell = _write(sheet, y, x, shown.symbol if shown else "")
        cell.alignment = Alignment(horizontal="center")
        _tint(cell, column)
        if shown:
            _shift(cell, shown)


def _shift(cell: XlsxCell, shown: Cell) -> None:
    cell.font = Font(color=INK[shown.tone], bold=bool(shown.covers), underline="single" if shown.pinned else None)
    if shown.covers:
        cell.fill = _fill(PAPER["cover"])
    if shown.broken:
        side = Side(style="medium", color=INK["off"])
        cell.border = Border(left=side, right=side, top=side, bottom=side)
        if not shown.covers:
            cell.fill = _fill(PAPER[shown.broken])
    _comment(cell, (*map(covers, shown.covers), *shown.sentences))


def _legend(roster: Roster) -> Iterator[tuple[str, str, str]]:
    """Explain the colours: text, ink, paper."""
    for shift in roster.shown_shifts:
        yield f"{plain(shift.symbol)} {meaning(shift)}", INK[roster.tones[shift.symbol]], ""
    if any(cell.covers for cell in roster.cells):
        yield say("render.paper_cover"), INK["normal"], PAPER["cover"]
    for severity in ("hard", "soft"):
        if any(cell.broken == severity for cell in roster.cells):
            yield say(f"render.paper_{severity}"), INK["normal"], PAPER[severity]


def _table(sheet: Worksheet, frame: pd.DataFrame) -> None:
    for x, title in enumerate(frame.columns, 1):
        _write(sheet, 1, x, title.replace("_", " ")).font = Font(bold=True)
        texts = [cell_len(str(value)) for value in frame[title]]
        sheet.column_dimensions[get_column_letter(x)].width = min(max([len(title), *texts]) + 2, _WIDEST)
    for y, row in enumerate(frame.itertuples(index=False), 2):
        for x, value in enumerate(row, 1):
            _write(sheet, y, x, value).alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _write(sheet: Worksheet, y: int, x: int, value: Any) -> XlsxCell:
    """Put a value into a cell; text stays text, whatever it begins with."""
    cell = sheet.cell(y, x)
    assert isinstance(cell, XlsxCell)
    if isinstance(value, str):
        cell.value = plain(value)[:_LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
    return cell


def _tint(cell: XlsxCell, column: Column) -> None:
    if column.closed or column.weekend:
        cell.fill = _fill(PAPER["closed" if column.closed else "weekend"])


def _fill(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=color)


def _comment(cell: XlsxCell, sentences: tuple[str, ...]) -> None:
    if sentences:
        cell.comment = Comment("\n".join(sentences)[:_LONGEST], "toban", width=360, height=40 + 30 * len(sentences))
