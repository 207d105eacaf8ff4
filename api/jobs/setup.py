"""What a worker process does when it starts (Dask calls it a preload)."""

from __future__ import annotations

import contextlib
import os
import signal


def dask_setup(_worker: object) -> None:
    """Leave Ctrl-C to whoever started the workers, and the processors to the server where it wants them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(5)
