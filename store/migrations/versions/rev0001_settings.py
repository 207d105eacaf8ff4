"""The settings of restaurants: their rows, kept versions and the log of every change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "restaurants",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_restaurants_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restaurants")),
    )
    op.create_table(
        "change_log",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=200), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "verb IN ('create', 'update', 'delete', 'hard_delete', 'restore')", name=op.f("ck_change_log_verb")
        ),
        sa.ForeignKeyConstraint(["restaurant_id"], ["restaurants.id"], name=op.f("fk_change_log_restaurant_id")),
        sa.PrimaryKeyConstraint("restaurant_id", "revision", "step", name=op.f("pk_change_log")),
    )
    op.create_index("ix_change_log_row", "change_log", ["restaurant_id", "table_name", "row_id", "revision"], unique=False)
    op.create_table(
        "versions",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["restaurant_id"], ["restaurants.id"], name=op.f("fk_versions_restaurant_id")),
        sa.PrimaryKeyConstraint("restaurant_id", "id", name=op.f("pk_versions")),
    )
    op.create_table(
        "calendar",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rule IN ('must_day_off', 'must_work')", name=op.f("ck_calendar_rule")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_calendar_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_calendar")),
    )
    op.create_table(
        "daily_limits",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("symbols", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("min", sa.Integer(), nullable=True),
        sa.Column("max", sa.Integer(), nullable=True),
        sa.Column("days_of_week", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("dates", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("scope", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("max >= min", name=op.f("ck_daily_limits_bounds")),
        sa.CheckConstraint("min >= 0", name=op.f("ck_daily_limits_min")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_daily_limits_weight")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_daily_limits_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_daily_limits")),
    )
    op.create_table(
        "monthly_limits",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("symbols", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("min", sa.Integer(), nullable=True),
        sa.Column("max", sa.Integer(), nullable=True),
        sa.Column("per", sa.String(length=20), nullable=False),
        sa.Column("include_calendar", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("measure IN ('count', 'off_equivalent', 'minutes')", name=op.f("ck_monthly_limits_measure")),
        sa.CheckConstraint("per IN ('period', 'calendar_month')", name=op.f("ck_monthly_limits_per")),
        sa.CheckConstraint("max >= min", name=op.f("ck_monthly_limits_bounds")),
        sa.CheckConstraint("min >= 0", name=op.f("ck_monthly_limits_min")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_monthly_limits_weight")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_monthly_limits_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_monthly_limits")),
    )
    op.create_table(
        "priority_rules",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("rule_type", sa.String(length=20), nullable=False),
        sa.Column("staff_ids", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("shift", sa.String(length=16), nullable=False),
        sa.Column("except_symbols", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("days_of_week", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("dates", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("scope", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rule_type IN ('preferred_shift', 'avoided_shift', 'required_shift', 'blocked_shift')",
            name=op.f("ck_priority_rules_rule_type"),
        ),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_priority_rules_weight")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_priority_rules_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_priority_rules")),
    )
    op.create_table(
        "rules",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_rules_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_rules")),
    )
    op.create_table(
        "staff",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("skills", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("employed_from", sa.Date(), nullable=True),
        sa.Column("employed_until", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("employed_until >= employed_from", name=op.f("ck_staff_employment")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_staff_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_staff")),
    )
    op.create_table(
        "staff_groups",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("members", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cover", sa.String(length=10), nullable=False),
        sa.Column("require_backup", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cover IN ('one', 'each')", name=op.f("ck_staff_groups_cover")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_staff_groups_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_staff_groups")),
    )
    op.create_table(
        "weekly_limits",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("symbols", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("min", sa.Integer(), nullable=True),
        sa.Column("max", sa.Integer(), nullable=True),
        sa.Column("week_start", sa.String(length=10), nullable=False),
        sa.Column("include_calendar", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("max >= min", name=op.f("ck_weekly_limits_bounds")),
        sa.CheckConstraint("min >= 0", name=op.f("ck_weekly_limits_min")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_weekly_limits_weight")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_weekly_limits_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_weekly_limits")),
    )
    op.create_table(
        "staff_backup_assignments",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.String(length=200), nullable=False),
        sa.Column("group_id", sa.String(length=200), nullable=False),
        sa.Column("assignment_type", sa.String(length=10), nullable=False),
        sa.Column("priority_order", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "assignment_type IN ('regular', 'on_call')", name=op.f("ck_staff_backup_assignments_assignment_type")
        ),
        sa.CheckConstraint("effective_until >= effective_from", name=op.f("ck_staff_backup_assignments_effective")),
        sa.CheckConstraint("priority_order >= 0", name=op.f("ck_staff_backup_assignments_priority_order")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id", "group_id"],
            ["staff_groups.restaurant_id", "staff_groups.version_id", "staff_groups.id"],
            name="fk_backup_group",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id", "staff_id"],
            ["staff.restaurant_id", "staff.version_id", "staff.id"],
            name="fk_backup_staff",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_staff_backup_assignments_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_staff_backup_assignments")),
    )
    op.create_index(
        "ix_backup_group",
        "staff_backup_assignments",
        ["restaurant_id", "version_id", "group_id", "priority_order"],
        unique=False,
    )
    op.create_index("ix_backup_staff", "staff_backup_assignments", ["restaurant_id", "version_id", "staff_id"], unique=False)


def downgrade() -> None:
    """Drop them, and all they hold."""
    op.drop_index("ix_backup_staff", table_name="staff_backup_assignments")
    op.drop_table("staff_backup_assignments")
    op.drop_table("weekly_limits")
    op.drop_table("staff_groups")
    op.drop_table("staff")
    op.drop_table("rules")
    op.drop_table("priority_rules")
    op.drop_table("monthly_limits")
    op.drop_table("daily_limits")
    op.drop_table("calendar")
    op.drop_table("versions")
    op.drop_table("change_log")
    op.drop_table("restaurants")
