"""How many processors this process may use: of the machine's, those it is bound to, and no more than its container's quota.

Dask counts the same, but takes as long to load as the web framework, and a server needs it with its first job only.
"""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path


def processors(root: Path = Path("/")) -> int:
    """Count them; at least one, and part of one as a whole one. `root` is where /proc and /sys stand."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(bound, _quota(root) or bound))


def _quota(root: Path) -> int | None:
    """Read what the control group allows; None where it sets no limit, or there is no such thing."""
    groups = root / "sys/fs/cgroup"
    with contextlib.suppress(OSError, ValueError):
        own = (root / "proc/self/cgroup").read_text().strip().rpartition(":")[2]
        used, period = (groups / own.lstrip("/") / "cpu.max").read_text().split()  # "max 100000" is no limit
        return math.ceil(int(used) / int(period))
    for older in (groups / "cpuacct,cpu", groups / "cpu,cpuacct", groups / "cpu"):
        with contextlib.suppress(OSError, ValueError):
            used, period = ((older / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
            if int(used) > 0:  # −1 is no limit
                return math.ceil(int(used) / int(period))
    return None
