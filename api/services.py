"""What the routes share: the limits of this server, its two pools of workers and its settings store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.access.origins import Access
from api.access.remembered import Remembered
from api.jobs.engine import Engine, Setting
from api.limits import Limits
from api.live import Hub
from api.metrics import Metrics
from api.readiness import Probe, State
from api.solving.pool import Pool
from api.webhooks.courier import Courier
from api.webhooks.courier import Setting as Webhooks
from store import Store


class Services:
    """Solves have a pool of their own, so that a check never waits for them."""

    def __init__(
        self,
        limits: Limits,
        database: str,
        access: Access | None = None,
        scheduler: str | None = None,
        webhooks: Webhooks | None = None,
    ) -> None:
        self.limits = limits
        self.webhooks = webhooks or Webhooks()
        self.access = access or Access()
        self.admitted = Remembered()
        self.metrics = Metrics()
        self.hub = Hub(self.metrics.told)
        self._database = database
        self._store: Store | None = None
        self._scheduler = scheduler
        self._engine: Engine | None = None
        self.ending = False
        self.solves = Pool(limits.solves, limits.waiting, limits.slowest_solve)
        self.checks = Pool(limits.checks, limits.waiting, limits.slowest_check)
        self._probe = Probe(self.solves, self.checks)
        self.metrics.watch_pool("solves", lambda: self.solves.running, lambda: self.solves.waiting)
        self.metrics.watch_pool("checks", lambda: self.checks.running, lambda: self.checks.waiting)

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Open the database and start workers before the first request, and end every process after the last."""
        self._store = Store(self._database)
        self._store.on_change(self.metrics.changed)
        try:
            await asyncio.to_thread(self._store.upgrade)
            await asyncio.gather(self.solves.start(), self.checks.start())
            self._engine = self._new_engine(self._store)
            self._engine.start()
            courier = Courier(self._store.webhooks, self.webhooks, self.metrics.webhook)
            async with self.hub.following(self._store), courier.running():
                yield
        finally:
            self.ending = True
            await asyncio.gather(self.solves.close(), self.checks.close())
            if self._engine is not None:
                await asyncio.to_thread(self._engine.close)
            self._store.close()

    @property
    def store(self) -> Store:
        """The settings store, once the server has started."""
        assert self._store is not None
        return self._store

    @property
    def engine(self) -> Engine:
        """What runs jobs, once the server has started."""
        assert self._engine is not None
        return self._engine

    def _new_engine(self, store: Store) -> Engine:
        limits = self.limits
        return Engine(
            store.jobs,
            Setting(
                scheduler=self._scheduler,
                cores=limits.jobs,
                memory_of_job=limits.memory_of_job,
                lease=limits.lease,
                losses=limits.losses,
                kept_days=limits.days_of_jobs,
            ),
        )

    async def state(self) -> State:
        """Find out whether the database and the workers are there."""
        return await self._probe.state(self.store.database)

    def stop(self) -> None:
        """Refuse new work and have running solves answer with the best so far."""
        self.ending = True
        self.solves.stop()
        self.checks.stop()


def services_of(app: FastAPI) -> Services:
    """Find the services `create_app` gave the app."""
    services = app.state.services
    assert isinstance(services, Services)
    return services
