"""Threads that share the pricing of everybody: its compiled functions release the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Helpers:
    """So many threads in all, the caller's among them. Use it as a context, which ends the others."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """The function's answer to each item, in their order."""
        if self._pool is None or len(items) < 2:
            return [function(item) for item in items]

        def every(first: int) -> list[R]:
            return [function(item) for item in items[first :: self._threads]]

        waiting = [self._pool.submit(every, first) for first in range(1, self._threads)]
        shares = [every(0), *(future.result() for future in waiting)]
        return [shares[i % self._threads][i // self._threads] for i in range(len(items))]
