"""The settings store: restaurants, their staff and rules in a database, with every change logged and undoable.

It knows the solver's types and nothing of HTTP. `Store(url)`, `upgrade()`, and every method is one transaction.
"""

from store.database import Database, database_url, default_url
from store.errors import BackupRefused, Gone, InUse, NoBase, NotFound, Published, Stale, StaleRow, StoreError
from store.keys import Key, Keys, Scope
from store.kinds import BY_SEGMENT, KINDS, RULE_NAMES, Kind
from store.store import Store, Written

__all__ = [
    "BY_SEGMENT",
    "KINDS",
    "RULE_NAMES",
    "BackupRefused",
    "Database",
    "Gone",
    "InUse",
    "Key",
    "Keys",
    "Kind",
    "NoBase",
    "NotFound",
    "Published",
    "Scope",
    "Stale",
    "StaleRow",
    "Store",
    "StoreError",
    "Written",
    "database_url",
    "default_url",
]
