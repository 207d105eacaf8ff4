"""The processors a server may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dask.system import cpu_count

from api.processors import processors


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process bound to eight processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8), raising=False)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_as_dask_counts_them() -> None:
    assert processors() == cpu_count()


def test_no_more_than_it_is_bound_to(many: None, tmp_path: Path) -> None:
    assert processors(tmp_path) == 8


@pytest.mark.parametrize(
    ("quota", "count"), [("250000 100000", 3), ("50000 100000", 1), ("max 100000", 8), ("900000 100000", 8)]
)
@pytest.mark.parametrize("group", ["/", "/kubepods/pod1"])
def test_no_more_than_the_quota_of_its_container(many: None, tmp_path: Path, quota: str, count: int, group: str) -> None:
    write(tmp_path / "proc/self/cgroup", f"0::{group}\n")
    write(tmp_path / "sys/fs/cgroup" / group.lstrip("/") / "cpu.max", f"{quota}\n")
    assert processors(tmp_path) == count


@pytest.mark.parametrize(("quota", "count"), [("250000", 3), ("-1", 8)])
@pytest.mark.parametrize("place", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
def test_no_more_than_the_quota_of_an_older_kernel(many: None, tmp_path: Path, quota: str, count: int, place: str) -> None:
    write(tmp_path / "proc/self/cgroup", "1:cpu:/\n0::/\n")
    write(tmp_path / "sys/fs/cgroup" / place / "cpu.cfs_quota_us", f"{quota}\n")
    write(tmp_path / "sys/fs/cgroup" / place / "cpu.cfs_period_us", "100000\n")
    assert processors(tmp_path) == count
