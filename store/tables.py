"""The tables: one per kind of row, keyed by restaurant, version and id.

Every row of the settings carries its `position` in the list it came from (the order of a list means something to the
rules) and the `revision` of its last change. Foreign keys are judged when a transaction ends, so that the rows of one
change may come in any order.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.schema import SchemaItem

from solver.domain.base import from_halves

WORKING = "working"
"""The version that is edited and solved; all others are kept copies."""
ID = String(200)

metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Day(TypeDecorator[str]):
    """A date, outside the database as YYYY-MM-DD."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        """Make it a date of the database's."""
        return None if value is None else date.fromisoformat(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Make it text again."""
        return None if value is None else str(value.isoformat())


class Halves(TypeDecorator[int | float]):
    """A number in steps of 0.5, stored as twice as much so that it is exact."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Count the halves."""
        return None if value is None else int(value * 2)

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | float | None:  # noqa: ARG002
        """Make it the number people write."""
        return None if value is None else from_halves(value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, also where the database forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Say the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _json() -> JSON:
    """JSON in which null is the null of the database."""
    return JSON(none_as_null=True)


restaurants = Table(
    "restaurants",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # the counter: locked by every change, so that numbers have no gaps
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    CheckConstraint("revision >= 0", name="revision"),
)

versions = Table(
    "versions",
    metadata,
    Column("restaurant_id", ID, ForeignKey(restaurants.c.id), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("label", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # of the settings it is a copy of
    Column("created_at", Moment, nullable=False),
)


def _settings(name: str, *parts: SchemaItem, ident: Any = ID) -> Table:
    """Lay out a table of the settings: key, what every row has, and its own columns."""
    return Table(
        name,
        metadata,
        Column("restaurant_id", ID, primary_key=True),
        Column("version_id", ID, primary_key=True),
        Column("id", ident, primary_key=True),
        *parts,
        Column("is_active", Boolean, nullable=False),
        Column("position", Integer, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        ForeignKeyConstraint(["restaurant_id", "version_id"], [versions.c.restaurant_id, versions.c.id]),
    )


def _entry() -> tuple[SchemaItem, ...]:
    """Columns of what all rule entries share."""
    return (
        Column("scope", JSON(none_as_null=True), nullable=False),
        Column("hard", Boolean, nullable=False),
        Column("weight", Integer, nullable=False),
        CheckConstraint("weight >= 0", name="weight"),
    )


def _bounds(kind: Any = Integer) -> tuple[SchemaItem, ...]:
    return (
        Column("min", kind),
        Column("max", kind),
        CheckConstraint("min >= 0", name="min"),
        CheckConstraint("max >= min", name="bounds"),
    )


def _on_days() -> tuple[SchemaItem, ...]:
    return Column("days_of_week", _json()), Column("dates", _json())


staff = _settings(
    "staff",
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("skills", _json(), nullable=False),
    Column("employed_from", Day),
    Column("employed_until", Day),
    CheckConstraint("employed_until >= employed_from", name="employment"),
)

staff_groups = _settings(
    "staff_groups",
    Column("name", Text, nullable=False),
    Column("members", _json(), nullable=False),
    Column("cover", String(10), nullable=False),
    Column("require_backup", Boolean, nullable=False),
    Column("conflict", _json()),
    Column("description", Text, nullable=False),
    Column("color", Text),
    CheckConstraint("cover IN ('one', 'each')", name="cover"),
)

staff_backup_assignments = _settings(
    "staff_backup_assignments",
    Column("staff_id", ID, nullable=False),
    Column("group_id", ID, nullable=False),
    Column("assignment_type", String(10), nullable=False),
    Column("priority_order", Integer, nullable=False),
    Column("effective_from", Day),
    Column("effective_until", Day),
    Column("notes", Text, nullable=False),
    CheckConstraint("assignment_type IN ('regular', 'on_call')", name="assignment_type"),
    CheckConstraint("priority_order >= 0", name="priority_order"),
    CheckConstraint("effective_until >= effective_from", name="effective"),
    ForeignKeyConstraint(
        ["restaurant_id", "version_id", "staff_id"],
        [staff.c.restaurant_id, staff.c.version_id, staff.c.id],
        name="fk_backup_staff",
        deferrable=True,
        initially="DEFERRED",
    ),
    ForeignKeyConstraint(
        ["restaurant_id", "version_id", "group_id"],
        [staff_groups.c.restaurant_id, staff_groups.c.version_id, staff_groups.c.id],
        name="fk_backup_group",
        deferrable=True,
        initially="DEFERRED",
    ),
    Index("ix_backup_staff", "restaurant_id", "version_id", "staff_id"),
    Index("ix_backup_group", "restaurant_id", "version_id", "group_id", "priority_order"),
)

daily_limits = _settings("daily_limits", Column("symbols", _json(), nullable=False), *_bounds(), *_on_days(), *_entry())

weekly_limits = _settings(
    "weekly_limits",
    Column("symbols", _json(), nullable=False),
    *_bounds(),
    Column("week_start", String(10), nullable=False),
    Column("include_calendar", Boolean, nullable=False),
    *_entry(),
)

monthly_limits = _settings(
    "monthly_limits",
    Column("measure", String(20), nullable=False),
    Column("symbols", _json()),
    *_bounds(Halves),
    Column("per", String(20), nullable=False),
    Column("include_calendar", Boolean, nullable=False),
    CheckConstraint("measure IN ('count', 'off_equivalent', 'minutes')", name="measure"),
    CheckConstraint("per IN ('period', 'calendar_month')", name="per"),
    *_entry(),
)

priority_rules = _settings(
    "priority_rules",
    Column("rule_type", String(20), nullable=False),
    Column("staff_ids", _json()),
    Column("shift", String(16), nullable=False),
    Column("except_symbols", _json(), nullable=False),
    CheckConstraint(
        "rule_type IN ('preferred_shift', 'avoided_shift', 'required_shift', 'blocked_shift')", name="rule_type"
    ),
    *_on_days(),
    *_entry(),
)

calendar = _settings(
    "calendar",
    Column("rule", String(20), nullable=False),
    CheckConstraint("rule IN ('must_day_off', 'must_work')", name="rule"),
    ident=Day,
)

prefilled = _settings(
    "prefilled",
    Column("staff_id", ID, nullable=False),
    Column("date", Day, nullable=False),
    Column("symbol", String(16), nullable=False),
    Index("ix_prefilled_date", "restaurant_id", "version_id", "date"),
)

rules = _settings("rules", Column("value", JSON(), nullable=False))  # a value of null switches the rule off

change_log = Table(
    "change_log",
    metadata,
    Column("restaurant_id", ID, ForeignKey(restaurants.c.id), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),  # from 0, within the revision
    Column("actor", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("table_name", String(40), nullable=False),
    Column("row_id", ID, nullable=False),
    Column("verb", String(20), nullable=False),
    Column("before", _json()),
    Column("after", _json()),
    CheckConstraint("verb IN ('create', 'update', 'delete', 'hard_delete', 'restore')", name="verb"),
    Index("ix_change_log_row", "restaurant_id", "table_name", "row_id", "revision"),
)

rosters = Table(
    "rosters",
    metadata,
    Column("restaurant_id", ID, ForeignKey(restaurants.c.id), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("label", Text, nullable=False),
    Column("status", String(10), nullable=False),
    Column("start", Day, nullable=False),
    Column("end", Day, nullable=False),
    Column("schedule", _json(), nullable=False),
    Column("prefilled", _json(), nullable=False),  # the cells it was solved with
    Column("revision", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("published_at", Moment),
    CheckConstraint("status IN ('draft', 'published')", name="status"),
    CheckConstraint("(status = 'published') = (published_at IS NOT NULL)", name="published"),
    Index("ix_rosters_start", "restaurant_id", "start"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret, which itself is kept nowhere
    Column("scopes", _json(), nullable=False),
    Column("restaurant_ids", _json()),  # null: every restaurant, those to come too
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("restaurant_id", ID, ForeignKey(restaurants.c.id)),
    Column("caller", String(200), nullable=False),  # the key's id; empty where none is needed
    Column("idempotency_key", String(200)),
    Column("parent_id", String(32)),  # the job whose roster is planned anew; it may be gone by now
    Column("request", LargeBinary, nullable=False),  # the problem as it was sent, byte by byte
    Column("patch", LargeBinary),  # or the patch of its parent's problem that was sent, which made `request`
    Column("request_hash", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("status", String(10), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("stop_asked", Boolean, nullable=False),
    Column("attempt", Integer, nullable=False),  # the fencing token: who holds an older one writes nothing
    Column("losses", Integer, nullable=False),  # attempts that ended with the death of their process
    Column("cores", Integer, nullable=False, server_default="1"),  # that it takes while it runs
    Column("runner", String(32)),  # the engine that runs it, until `leased_until`
    Column("leased_until", Moment),
    Column("step", Integer, nullable=False),  # grows with everything a client may want to hear of
    Column("phase", String(10)),
    Column("schedule", _json()),  # the best so far
    Column("objective", Integer),
    Column("bound", Integer),
    Column("elapsed", Float),  # seconds of the attempt
    Column("result", LargeBinary),  # JSON, whole or not at all
    Column("error", _json()),  # problem details
    Column("webhook_url", Text),  # who is to be told of its end
    Column("webhook_status", String(10)),  # PENDING, DELIVERED or FAILED
    Column("webhook_attempts", Integer),
    Column("webhook_due_at", Moment),  # the next attempt; null: as soon as the job has ended
    Column("webhook_error", Text),  # of the last attempt
    CheckConstraint("status IN ('QUEUED', 'RUNNING', 'COMPLETED', 'STOPPED', 'FAILED')", name="status"),
    CheckConstraint("(status IN ('COMPLETED', 'STOPPED', 'FAILED')) = (ended_at IS NOT NULL)", name="ended"),
    CheckConstraint("status != 'COMPLETED' OR result IS NOT NULL", name="result"),
    Index("ux_jobs_idempotency", "caller", "idempotency_key", unique=True),
    Index("ix_jobs_status", "status", "created_at"),
    Index("ix_jobs_webhook", "webhook_status", "webhook_due_at"),
    Index("ix_jobs_restaurant", "restaurant_id", "created_at"),
)
