"""Alembic migrations; `store.database.Database.upgrade` runs them."""
