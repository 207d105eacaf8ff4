"""A pace for a client's messages: whoever is faster is read more slowly, nothing is lost."""

from __future__ import annotations

import asyncio


class Pace:
    """So many a second in the long run, and as many at once after a pause (a token bucket)."""

    def __init__(self, a_second: float, at_once: float) -> None:
        self._a_second, self._at_once = a_second, at_once
        self._left, self._asked = at_once, asyncio.get_running_loop().time()

    async def keep(self) -> None:
        """Take one, and wait until it is due."""
        now = asyncio.get_running_loop().time()
        self._left = min(self._at_once, self._left + (now - self._asked) * self._a_second) - 1
        self._asked = now
        if self._left < 0:
            await asyncio.sleep(-self._left / self._a_second)
