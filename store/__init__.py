"""The settings store: restaurants, their staff and rules in a database, with every change logged and undoable.

It knows the solver's types and nothing of HTTP. `Store(url)`, `upgrade()`, and every method is one transaction.
"""

from store.database import Database, database_url, default_url
from store.errors import (
    BackupRefused,
    Gone,
    InUse,
    KeyReused,
    NoBase,
    NotFound,
    Published,
    QueueFull,
    Stale,
    StaleRow,
    StoreError,
)
from store.jobs import Claim, Job, Jobs, Submission
from store.jobs import Status as JobStatus
from store.keys import Key, Keys, Scope
from store.kinds import BY_SEGMENT, KINDS, RULE_NAMES, Kind
from store.store import Store, Written
from store.webhooks import Due, HookStatus, Webhooks

__all__ = [
    "BY_SEGMENT",
    "KINDS",
    "RULE_NAMES",
    "BackupRefused",
    "Claim",
    "Database",
    "Due",
    "Gone",
    "HookStatus",
    "InUse",
    "Job",
    "JobStatus",
    "Jobs",
    "Key",
    "KeyReused",
    "Keys",
    "Kind",
    "NoBase",
    "NotFound",
    "Published",
    "QueueFull",
    "Scope",
    "Stale",
    "StaleRow",
    "Store",
    "StoreError",
    "Submission",
    "Webhooks",
    "Written",
    "database_url",
    "default_url",
]
