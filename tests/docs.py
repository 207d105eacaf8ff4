"""The parts of the pages in `api/docs` that are made from the code. `python -m tests.docs` puts the present ones in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, create_mock_engine

from solver.domain.group import BackupAssignment
from store.kinds import KINDS, SERVER_COLUMNS
from tests.readme import block

DOCS = Path(__file__).parent.parent / "api" / "docs"
PAGE = DOCS / "assignment.md"
MEANINGS = {
    "id": "names it for good; where none is sent it is made of the next two and the first day: `nakata@kitchen`",
    "staff_id": "who stands in: the id of somebody in `staff`",
    "group_id": "for whom: the id of one of `staff_groups`",
    "assignment_type": "`regular`: an ordinary member of staff who also backs up. `on_call`: on ⊘ unless he covers; one "
    "person's active assignments must all be of one type",
    "priority_order": "who is asked first: the smallest number; among equals the one listed first",
    "effective_from": "the first day it holds, inclusive; null: since ever",
    "effective_until": "the last day it holds, inclusive; null: for ever",
    "is_active": "false: kept, but as if it were not there",
    "notes": "free text; nothing reads it",
    "restaurant_id": "whose it is",
    "version_id": "`working`, which is edited and solved, or the version it is a copy in",
    "position": "its place in the list; not shown outside",
    "revision": "the restaurant's revision at which the row last changed; send it along with a change, and the change is "
    "refused (409) if the row changed since",
    "created_at": "when it was created, UTC",
    "updated_at": "when it last changed, UTC",
}


def _shape(schema: dict[str, Any]) -> str:
    """Say a JSON schema in words."""
    if "anyOf" in schema:
        return " or ".join(_shape(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    named = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null"}[schema["type"]]
    if schema.get("format") == "date":
        return "date (YYYY-MM-DD)"
    low, high = schema.get("minLength", schema.get("minimum")), schema.get("maxLength", schema.get("maximum"))
    unit = " characters" if "maxLength" in schema else ""
    return named if high is None else f"{named}, {low or 0} to {high:,}{unit}"


def fields() -> str:
    """Every field of the type: shape, default, meaning."""
    schema = BackupAssignment.model_json_schema()
    needed = [name for name in schema["required"] if name != "id"]
    rows = ["| field | is | default | means |", "|---|---|---|---|"]
    for name, one in schema["properties"].items():
        default = "required" if name in needed else "made" if name == "id" else f"`{json.dumps(one['default'])}`"
        rows.append(f"| `{name}` | {_shape(one)} | {default} | {MEANINGS[name]} |")
    return "\n".join(rows)


def server() -> str:
    """Every column that is no field."""
    return "\n".join(["| field | means |", "|---|---|", *(f"| `{name}` | {MEANINGS[name]} |" for name in SERVER_COLUMNS)])


def table() -> str:
    """The columns as PostgreSQL has them, and what the database sees to itself."""
    found = KINDS["backup_assignments"].table
    dialect = create_mock_engine("postgresql+psycopg://", lambda *_: None).dialect
    rows = ["| column | type | null |", "|---|---|---|"]
    for column in found.columns:
        key = " (key)" if column.primary_key else ""
        rows.append(f"| `{column.name}`{key} | {column.type.compile(dialect)} | {'yes' if column.nullable else 'no'} |")
    checks = [str(one.sqltext) for one in found.constraints if isinstance(one, CheckConstraint)]
    links = [
        f"{', '.join(one.column_keys)} → {one.referred_table.name}"
        for one in found.constraints
        if isinstance(one, ForeignKeyConstraint)
    ]
    indexes = [", ".join(column.name for column in one.columns) for one in found.indexes]
    kept = {"Checks": checks, "Foreign keys": links, "Indexes": indexes}
    rows += ["", *(f"- {what}: {'; '.join(f'`{one}`' for one in sorted(ones))}" for what, ones in kept.items())]
    return "\n".join(rows)


def example() -> str:
    """One with every field."""
    given = {"staff_id": "nakata", "group_id": "kitchen", "effective_from": "2026-12-01", "notes": "learns the grill"}
    made = BackupAssignment.model_validate(given).model_dump(mode="json")
    return f"```json\n{json.dumps(made, ensure_ascii=False, indent=2)}\n```"


def parts() -> dict[str, str]:
    """Each generated part as it stands between its marks."""
    return {"fields": fields(), "server": server(), "table": table(), "example": example()}


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, part in parts().items():
        text, found = block(name).subn(lambda _, part=part: part, text)
        assert found == 1, f"{PAGE.name} has no part {name}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
