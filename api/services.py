"""What the routes share: the limits of this server and its two pools of workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.limits import Limits
from api.solving.pool import Pool


class Services:
    """Solves have a pool of their own, so that a check never waits for them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.solves = Pool(limits.solves, limits.waiting, limits.slowest_solve)
        self.checks = Pool(limits.checks, limits.waiting, limits.slowest_check)

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Start workers before the first request and end every process after the last."""
        try:
            await asyncio.gather(self.solves.start(), self.checks.start())
            yield
        finally:
            await asyncio.gather(self.solves.close(), self.checks.close())

    def stop(self) -> None:
        """Refuse new work and have running solves answer with the best so far."""
        self.solves.stop()
        self.checks.stop()


def services_of(app: FastAPI) -> Services:
    """Find the services `create_app` gave the app."""
    services = app.state.services
    assert isinstance(services, Services)
    return services
