"""The roster as lines of a terminal: dates across, names down, legible with and without colour.

Every column is `lead + 2` cells wide: room for a bracket and the symbol, then two for marks.

    [×]   a rule is broken here          ○*  covers for somebody          ×'  filled in beforehand
    9!    a rule is broken that day      9c  closed                       9w  everybody works
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from api.render.plain import isolated, plain
from api.render.roster import Cell, Column, Roster, Row
from api.render.words import meaning, month, short_date, weekday
from solver.domain.language import say

MARGIN = "  "
LONGEST_NAME = 24  # terminal cells
ROOMY = 6  # cells for `Thu 15`, where the whole period fits in one block that way

# Colours that read on dark and light backgrounds; a tinted cell sets both its colours for the same reason.
TONES = {
    "normal": Style(),
    "early": Style(color="cyan"),
    "late": Style(color="magenta"),
    "work": Style(color="blue"),
    "off": Style(color="red"),
    "leave": Style(color="dark_orange"),
    "away": Style(color="bright_black"),
}
TINTS = {"closed": Style(color="white", bgcolor="grey30"), "weekend": Style(color="white", bgcolor="grey19")}
BROKEN = {
    "hard": Style(color="bright_white", bgcolor="red", bold=True),
    "soft": Style(color="black", bgcolor="yellow"),
    "warning": Style(),
}
COVER = Style(color="black", bgcolor="green", bold=True)
FAINT = Style(dim=True)


def grid(roster: Roster, width: int) -> list[Text]:
    """Draw the roster in as few blocks as `width` cells allow, and the legend of what occurs in it."""
    if not roster.rows:
        return []
    names = min(max(cell_len(row.name) for row in roster.rows), LONGEST_NAME, max(width // 3, 6))
    symbols = max((cell_len(cell.symbol) for cell in roster.cells), default=1)
    room = width - len(MARGIN) - names - 2
    roomy = max(ROOMY, symbols + 1)
    lead = roomy if len(roster.columns) * (roomy + 2) <= room else max(2, symbols + 1)
    lines: list[Text] = []
    for first, last in blocks([column.day for column in roster.columns], max(room // (lead + 2), 1)):
        lines += [*_block(roster, first, last, names, lead), Text()]
    return lines + legend(roster, width)


def blocks(days: Sequence[date], most: int) -> Iterator[tuple[int, int]]:
    """Cut the days into the fewest blocks of at most `most`, of like length, before Mondays where that is possible."""
    count = -(-len(days) // most)
    cuts = [0]
    for i in range(1, count):
        least, largest = max(len(days) - (count - i) * most, cuts[-1] + 1), min(i * most, cuts[-1] + most)
        even = min(max(round(len(days) * i / count), least), largest)
        mondays = [at for at in range(least, largest + 1) if days[at].isoweekday() == 1]
        cuts.append(min(mondays, key=lambda at: abs(at - even), default=even))
    yield from pairwise([*cuts, len(days)])


def _block(roster: Roster, first: int, last: int, names: int, lead: int) -> Iterator[Text]:
    columns = roster.columns[first:last]
    indent = MARGIN + " " * (names + 2)
    yield Text(indent + _months(columns, lead), style=FAINT, no_wrap=True)
    if lead < ROOMY:
        yield _line(indent, ((_right(weekday(c.day)[:2], lead) + "  ", _head_style(c)) for c in columns))
    yield _line(indent, ((_number(c, lead), _head_style(c)) for c in columns))
    for row in roster.rows:
        cells = row.cells[first:last]
        if any(cells):
            line = _name(row, names)
            for column, cell in zip(columns, cells, strict=True):
                _append(line, cell, column, lead)
            yield line


def _line(indent: str, parts: Iterator[tuple[str, Style]]) -> Text:
    line = Text(indent, no_wrap=True)
    for part, style in parts:
        line.append(part, style)
    return line


def _months(columns: Sequence[Column], lead: int) -> str:
    """`Jan 2025` above the first date and wherever the month changes, shortened where the next one comes too soon."""
    starts = [i for i, c in enumerate(columns) if i == 0 or c.day.month != columns[i - 1].day.month]
    line = ""
    for i, following in pairwise([*starts, None]):
        name = month(columns[i or 0].day)
        if following is not None:
            space = (following - (i or 0)) * (lead + 2)
            name = set_cell_size(set_cell_size(name, min(cell_len(name), space - 1)), space)
        line += name
    return line


def _number(column: Column, lead: int) -> str:
    number = short_date(column.day, with_month=False) if lead >= ROOMY else str(column.day.day)
    order = {"must_day_off": "c", "must_work": "w"}.get(column.order or "", "")
    return _right(number, lead) + (order + ("!" if column.broken else "")).ljust(2)


def _right(text: str, cells: int) -> str:
    return " " * max(cells - cell_len(text), 0) + text


def _head_style(column: Column) -> Style:
    if column.broken:
        return BROKEN[column.broken]
    return _tint(column) + Style(bold=True)


def _tint(column: Column) -> Style:
    if column.closed:
        return TINTS["closed"]
    return TINTS["weekend"] if column.weekend else Style()


def _name(row: Row, names: int) -> Text:
    name = row.name if cell_len(row.name) <= names else set_cell_size(row.name, names - 1).rstrip() + "…"
    line = Text(MARGIN, no_wrap=True)
    line.append(isolated(name) + " " * (names - cell_len(name)), Style(bold=True))
    line.append("! " if row.broken else "  ", BROKEN[row.broken] if row.broken else Style())
    return line


def _append(line: Text, cell: Cell | None, column: Column, lead: int) -> None:
    tint = _tint(column)
    if cell is None:
        line.append("·".rjust(lead) + "  ", tint + FAINT)
        return
    before, after = brackets(cell)
    line.append(" " * (lead - cell_len(cell.symbol) - len(before)), tint)
    line.append(before + cell.symbol + after, _style(cell, tint))
    line.append(" " * (2 - len(after)), tint)


def brackets(cell: Cell) -> tuple[str, str]:
    """Say what stands before and after a symbol, so that its state can be read without colour."""
    if cell.broken:
        return "[", "]" + ("*" if cell.covers else "'" if cell.pinned else "")
    return "", ("*" if cell.covers else "") + ("'" if cell.pinned else "")


def _style(cell: Cell, tint: Style) -> Style:
    style = tint + TONES[cell.tone]
    if cell.broken:
        style = BROKEN[cell.broken]
    elif cell.covers:
        style = COVER
    return style + Style(underline=True) if cell.pinned else style


def legend(roster: Roster, width: int) -> list[Text]:
    """Explain the symbols and marks that occur, in a line (or more, where they do not fit)."""
    lines = [Text(MARGIN, no_wrap=True)]
    for text in _explained(roster):
        if lines[-1].cell_len > len(MARGIN) and lines[-1].cell_len + text.cell_len > width:
            lines.append(Text(MARGIN, no_wrap=True))
        lines[-1].append_text(text).append("   ")
    return lines


def _explained(roster: Roster) -> Iterator[Text]:
    cells, columns = roster.cells, roster.columns
    for shift in roster.shown_shifts:
        symbol = plain(shift.symbol)
        yield _entry(symbol, TONES[roster.tones[shift.symbol]], meaning(shift))
    symbol = next((cell.symbol for cell in cells if cell.covers), "")
    if symbol:
        yield _entry(f"{symbol}*", COVER, say("render.mark_covers"))
    pinned = next((cell.symbol for cell in cells if cell.pinned), "")
    if pinned:
        yield _entry(f"{pinned}'", Style(underline=True), say("render.mark_pinned"))
    broken = sorted((cell.broken != "hard", i, cell) for i, cell in enumerate(cells) if cell.broken)[:1]
    for _, _, cell in broken:
        yield _entry(f"[{cell.symbol}]", BROKEN[cell.broken or "soft"], say("render.mark_broken"))
    if any(c.broken for c in columns) or any(row.broken for row in roster.rows):
        yield _entry("!", Style(bold=True), say("render.mark_broken_whole"))
    if any(c.closed for c in columns):
        yield _entry("c", TINTS["closed"], say("render.mark_closed"))
    if any(c.order == "must_work" for c in columns):
        yield _entry("w", Style(bold=True), say("render.mark_must_work"))
    if any(cell is None for row in roster.rows for cell in row.cells):
        yield _entry("·", FAINT, say("render.mark_not_employed"))


def _entry(mark: str, style: Style, meant: str) -> Text:
    return Text().append(mark, style).append(f" {meant}", FAINT)
