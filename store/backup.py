"""A copy of the whole database in one file, and back: for backups, and to move between SQLite and PostgreSQL.

The file is gzip of lines of JSON. The first says what it is and at which migration the tables stood; then comes each table
with its columns and their kinds, followed by its rows; the last counts the rows of each table and holds the SHA-256 of
every line before it, so that a file that was cut or altered is noticed. What a backup consists of is told by the database
and then by the file, never by the present code: a backup of an older toban is put back into the tables of its time, which
are then migrated.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import IO, Any, Final, NamedTuple

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    column,
    delete,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from solver.version import __version__
from store import tables
from store.database import Database
from store.errors import BackupRefused
from store.kinds import stamp

FORMAT: Final = 1
_AT_ONCE: Final = 500  # rows in memory


class Contents(NamedTuple):
    """What a backup holds: the migration of its tables, when it was made, and the rows of each table."""

    migration: str
    made: str
    rows: dict[str, int]

    def __str__(self) -> str:
        """Count what there is, in words."""
        return told(self.rows)


class _Kind(NamedTuple):
    """How values of a kind of column are stored, and written as JSON."""

    stored: Callable[[bool], TypeEngine[Any]]  # told whether the column may be null
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _as_is(value: Any) -> Any:
    return value


def _moment(value: datetime) -> str:
    return stamp(value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


_KINDS: Final = {
    "boolean": _Kind(lambda _: Boolean(), _as_is, _as_is),
    "integer": _Kind(lambda _: Integer(), _as_is, _as_is),
    "number": _Kind(lambda _: Float(), _as_is, _as_is),
    "moment": _Kind(lambda _: DateTime(timezone=True), _moment, datetime.fromisoformat),
    "date": _Kind(lambda _: Date(), date.isoformat, date.fromisoformat),
    # where null is forbidden, a missing value is the null of JSON
    "json": _Kind(lambda nullable: JSON(none_as_null=nullable), _as_is, _as_is),
    "bytes": _Kind(lambda _: LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
    "text": _Kind(lambda _: String(), _as_is, _as_is),
}
_OF_TYPE: Final[dict[type[TypeEngine[Any]], str]] = {
    Boolean: "boolean",
    Integer: "integer",
    Float: "number",
    DateTime: "moment",
    Date: "date",
    JSON: "json",
    LargeBinary: "bytes",
    String: "text",
}


class _Field(NamedTuple):
    """A column as the file describes it."""

    name: str
    kind: str
    nullable: bool

    @property
    def column(self) -> Any:
        return column(self.name, _KINDS[self.kind].stored(self.nullable))

    def write(self, value: Any) -> Any:
        return None if value is None else _KINDS[self.kind].write(value)

    def read(self, value: Any) -> Any:
        return None if value is None else _KINDS[self.kind].read(value)


def told(rows: dict[str, int]) -> str:
    """Count rows in words: `1 restaurants, 31 staff`."""
    return ", ".join(f"{count} {name}" for name, count in rows.items() if count) or "nothing"


def back_up(database: Database, out: IO[bytes]) -> Contents:
    """Write everything as it is at one moment, while servers go on.

    Raises
    ------
    BackupRefused
        The database holds no tables of toban, or those of a newer one.
    """
    digest, rows = hashlib.sha256(), Counter[str]()
    with database.reading() as connection, gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0) as packed:

        def put(value: Any) -> None:
            line = (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
            digest.update(line)
            packed.write(line)

        migration = _known_migration(database, connection)
        if migration is None:
            raise BackupRefused("there are no tables of toban in this database")
        made = stamp(datetime.now(UTC))
        put({"toban_backup": FORMAT, "version": __version__, "migration": migration, "made": made})
        for name, (fields, keys) in _tables_in(connection).items():
            rows[name] = 0
            put({"table": name, "columns": fields})
            query = select(*(field.column for field in fields)).select_from(table(name)).order_by(*map(column, keys))
            for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
                put([field.write(value) for field, value in zip(fields, row, strict=True)])
                rows[name] += 1
        put({"rows": rows, "sha256": digest.hexdigest()})
    return Contents(migration, made, dict(rows))


def restore(database: Database, file: IO[bytes], *, replace: bool = False) -> Contents:
    """Put a backup into an empty database, or with `replace` in place of what it holds: all of it, or nothing.

    Tables are created, and migrated from the backup's migration to the newest.

    Raises
    ------
    BackupRefused
        The file is cut, altered, no backup or one of a newer toban; or the database holds something.
    """
    file.seek(0)
    contents = read(file)  # to the end, before anything is touched
    if contents.migration not in database.migrations:
        raise BackupRefused(f"the backup is of a newer toban: its tables are at migration {contents.migration}")
    with database.writing() as connection:
        database.lock_migrations(connection)
        if _known_migration(database, connection) is not None:
            _empty(database, connection, replace=replace)
        database.migrate(connection, contents.migration)
        file.seek(0)
        _load(connection, _lines(file))
        if not database.is_sqlite:  # tables with checks yet to come cannot be migrated
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        database.migrate(connection, "head")
    return contents


def read(file: IO[bytes]) -> Contents:
    """Read a backup to its end and see whether it is whole.

    Raises
    ------
    BackupRefused
        It is not.
    """
    lines = _lines(file)
    head = next(lines)
    rows: Counter[str] = Counter()
    for value in lines:
        if isinstance(value, dict) and "table" in value:
            name = value["table"]
            rows[name] = 0
        elif isinstance(value, list):
            rows[name] += 1
    return Contents(head["migration"], head["made"], dict(rows))


def _lines(file: IO[bytes]) -> Iterator[Any]:
    """Read the lines but the last, which is compared with what it sums up."""
    digest, counted, name, known = hashlib.sha256(), Counter[str](), None, False
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            for line in packed:
                value = json.loads(line)
                if not known:
                    known = True
                    _refuse_unknown(value)
                elif isinstance(value, list):
                    counted[str(name)] += 1
                elif "table" in value:
                    name = value["table"]
                    counted[name] = 0
                elif value["sha256"] != digest.hexdigest() or value["rows"] != counted:
                    raise BackupRefused("the backup was altered: its checksum does not fit")
                elif packed.read(1):
                    raise BackupRefused("the backup goes on after its end")
                else:
                    return
                digest.update(line)
                yield value
    except (EOFError, zlib.error) as error:
        raise BackupRefused(f"the backup is cut short or damaged ({error})") from None
    except (gzip.BadGzipFile, ValueError, KeyError, TypeError):
        raise BackupRefused("this is no backup of toban, or a damaged one") from None
    raise BackupRefused("the backup is cut short: its last line is missing" if known else "the file is empty")


def _refuse_unknown(head: Any) -> None:
    if head["toban_backup"] != FORMAT:
        raise BackupRefused(f"a backup of format {head['toban_backup']}; this toban reads format {FORMAT}")
    if not (isinstance(head["migration"], str) and isinstance(head["made"], str)):
        raise TypeError


def _tables_in(connection: Connection) -> dict[str, tuple[list[_Field], list[str]]]:
    """List the tables that are there, those referred to first: their columns, and the names of their keys."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in tables.metadata.tables)
    return {
        one.name: (
            [_Field(part.name, _kind_of(part.type), bool(part.nullable)) for part in one.columns],
            [part.name for part in one.primary_key.columns],
        )
        for one in found.sorted_tables
    }


def _kind_of(type_: TypeEngine[Any]) -> str:
    for known, kind in _OF_TYPE.items():
        if isinstance(type_, known):
            return kind
    raise TypeError(f"columns of type {type_!r} cannot be backed up yet")


def _known_migration(database: Database, connection: Connection) -> str | None:
    """Find the migration the tables stand at; None where there are none."""
    found = database.migration(connection)
    if found is not None and found not in database.migrations:
        raise BackupRefused(f"the database is of a newer toban, or of another program: its tables are at {found}")
    return found


def _empty(database: Database, connection: Connection, *, replace: bool) -> None:
    present = [table(name) for name in _tables_in(connection)]
    if not database.is_sqlite:
        connection.execute(text(f"LOCK TABLE {', '.join(one.name for one in present)} IN ACCESS EXCLUSIVE MODE"))
    held = {one.name: connection.scalar(select(func.count()).select_from(one)) or 0 for one in present}
    if any(held.values()) and not replace:
        raise BackupRefused(f"the database is not empty: it holds {told(held)}")
    for one in reversed(present):
        connection.execute(delete(one))
    if not database.is_sqlite:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def _load(connection: Connection, lines: Iterator[Any]) -> None:
    present = {name: fields for name, (fields, _) in _tables_in(connection).items()}
    next(lines)
    fields: list[_Field] = []
    target = table("")
    pending: list[dict[str, Any]] = []

    def flush() -> None:
        if pending:
            connection.execute(insert(target), pending)
            pending.clear()

    for value in lines:
        if isinstance(value, list):
            pending.append({field.name: field.read(one) for field, one in zip(fields, value, strict=True)})
            if len(pending) == _AT_ONCE:
                flush()
            continue
        flush()
        fields = [_Field(*part) for part in value["columns"]]
        if sorted(present.pop(value["table"], [])) != sorted(fields):
            raise BackupRefused(f"the backup's table {value['table']} is none of its migration")
        target = table(value["table"], *(field.column for field in fields))
    flush()
    if present:
        raise BackupRefused(f"the backup lacks the table {', '.join(present)}")
