"""Many clients at once, while servers are killed and connections cut; see `benchmarks.live_sync`, which this runs small."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.live_sync import run
from benchmarks.servers import servers

pytestmark = pytest.mark.slow


def test_nothing_is_lost_doubled_reordered_or_overwritten(url: str) -> None:
    with servers(1 if url.startswith("sqlite") else 2, url) as among:
        figures = asyncio.run(run(url, among, clients=8, changes=40, seed=1, kill_every=1.0, kills=2))
    assert figures.kills > 0
    assert figures.resent > 0
    assert figures.revisions > 8 * 40 / 2
