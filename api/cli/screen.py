"""The terminal: colour and wrapping where somebody looks on, plain text that is never cut where nobody does."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from rich.console import Console, RenderableType

PIPE_WIDTH = 100  # terminal cells, where there is no terminal and COLUMNS says nothing


def width() -> int:
    """How many cells wide the roster may be."""
    console = Console()
    return console.width if console.is_terminal else shutil.get_terminal_size((PIPE_WIDTH, 0)).columns


def show(page: Callable[[int], RenderableType]) -> None:
    """Print a page, made for the width there is."""
    from api.render.report import as_text

    console = Console(highlight=False)
    if console.is_terminal:
        console.print(page(console.width))
    else:
        sys.stdout.write(as_text(page(width())))
    sys.stdout.flush()
