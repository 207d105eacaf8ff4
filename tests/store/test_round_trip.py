"""What is written is what is read: every field of every type, exactly; null stays null."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver.domain.settings import Settings
from solver.domain.staff import Staff
from store import KINDS, RULE_NAMES, Store
from tests.domain import rich
from tests.store.conftest import HOUSE, plain

FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ids = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str)
symbols = st.lists(st.sampled_from("○△◇×⊘"), min_size=1, max_size=5, unique=True)
counts = st.integers(0, 1_000_000)
weekdays = st.sampled_from(["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"])
some_days = st.none() | st.lists(days, max_size=3, unique=True)
ENTRY = {"id": ids, "hard": st.booleans(), "weight": counts, "is_active": st.booleans()}
ON_DAYS = {"days_of_week": st.none() | st.lists(weekdays, max_size=7, unique=True), "dates": some_days}


def span(start: str, end: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Two bounds in order, either of them or none."""
    both = st.tuples(values, values).map(sorted).map(lambda two: {start: two[0], end: two[1]})
    return st.one_of(both, values.map(lambda one: {start: one, end: None}), values.map(lambda one: {start: None, end: one}))


def row(bounds: st.SearchStrategy[dict[str, Any]], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(bounds, st.fixed_dictionaries(fields)).map(lambda two: {**two[0], **two[1]})


halves = st.integers(0, 60).map(lambda n: n / 2 if n % 2 else n // 2)
scopes = st.sampled_from(["staff_ids", "group_ids", "skills", "statuses"]).map(
    lambda named: {"staff_ids": None, "group_ids": None, "skills": None, "statuses": None, **({named: []})}
)
conflicts = st.none() | st.fixed_dictionaries(
    {"symbols": symbols, "max": counts, "hard": st.booleans(), "weight": counts, "is_active": st.booleans()}
)
ROWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "staff": row(
        span("employed_from", "employed_until", days), id=ids, name=texts, status=texts,
        skills=st.lists(texts, max_size=3, unique=True), is_active=st.booleans(),
    ),
    "staff_groups": row(
        st.just({}), id=ids, name=texts, members=st.just([]), cover=st.sampled_from(["one", "each"]),
        require_backup=st.booleans(), conflict=conflicts, is_active=st.booleans(), description=texts,
        color=st.none() | texts,
    ),
    "backup_assignments": row(
        span("effective_from", "effective_until", days), id=ids, staff_id=st.just("s"), group_id=st.just("g"),
        assignment_type=st.sampled_from(["regular", "on_call"]), priority_order=counts, is_active=st.booleans(), notes=texts,
    ),
    "daily_limits": row(span("min", "max", counts), symbols=symbols, scope=scopes, **ON_DAYS, **ENTRY),
    "weekly_limits": row(
        span("min", "max", counts), symbols=symbols, week_start=weekdays, include_calendar=st.booleans(), scope=scopes,
        **ENTRY,
    ),
    "monthly_limits": row(
        span("min", "max", halves), measure=st.just("off_equivalent"), symbols=st.none() | symbols,
        per=st.sampled_from(["period", "calendar_month"]), include_calendar=st.booleans(), scope=scopes, **ENTRY,
    ),
    "priority_rules": row(
        st.just({}), rule_type=st.sampled_from(["preferred_shift", "avoided_shift", "required_shift", "blocked_shift"]),
        staff_ids=st.none() | st.just(["s"]), shift=st.sampled_from("○△◇×⊘"),
        scope=st.just(dict.fromkeys(("staff_ids", "group_ids", "skills", "statuses"))),
        except_symbols=st.lists(st.sampled_from("○△◇×⊘"), max_size=2, unique=True), **ON_DAYS, **ENTRY,
    ),
    "prefilled": st.fixed_dictionaries(
        {"staff_id": st.just("s"), "date": days, "symbol": st.sampled_from("○△◇×⊘"), "is_active": st.booleans()}
    ).map(lambda cell: {"id": f"s:{cell['date']}", **cell}),
    "calendar": st.fixed_dictionaries(
        {"id": days, "rule": st.sampled_from(["must_work", "must_day_off"]), "is_active": st.booleans()}
    ),
}  # fmt: skip


@pytest.fixture
def team(store: Store) -> Store:
    store.put_settings(HOUSE, {"staff": [{"id": "s"}], "settings": {"staff_groups": [{"id": "g"}]}}, base=0)
    return store


@pytest.mark.parametrize("kind", ROWS)
@FEW
@given(data=st.data())
def test_a_row_is_read_as_it_was_written(team: Store, kind: str, data: st.DataObject) -> None:
    sent = data.draw(ROWS[kind])
    written = team.put(HOUSE, KINDS[kind], sent["id"], sent)
    assert plain(written.row) == sent
    found = team.row(HOUSE, KINDS[kind], sent["id"])
    assert found == written.row
    assert {name: type(value) for name, value in plain(found).items()} == {n: type(v) for n, v in sent.items()}
    assert team.put(HOUSE, KINDS[kind], sent["id"], found).revision == written.revision  # writing it back writes nothing


def test_every_field_of_every_type_has_its_column() -> None:
    for name, kind in KINDS.items():
        if kind.listed:
            model = Staff if name == "staff" else Settings.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]
            assert set(kind.fields) == set(model.model_fields), name
    assert {*RULE_NAMES, *KINDS} - {"staff", "rules", "prefilled"} == set(Settings.model_fields)


def test_a_document_that_uses_every_field_is_read_as_the_solver_reads_it(store: Store) -> None:
    from solver import read_problem

    sent = rich.snake()
    store.put_settings(HOUSE, {"staff": sent["staff"], "settings": sent["settings"]}, base=0)
    stored = store.settings(HOUSE)
    rest = {key: value for key, value in sent.items() if key not in ("staff", "settings")}
    there = read_problem({**rest, "staff": stored["staff"], "settings": stored["settings"]}).canonical()
    wanted = read_problem(sent).canonical()
    for name in KINDS:  # entries without an id got one
        for problem in (there, wanted):
            for entry in problem["settings"].get(name, ()) if KINDS[name].listed else ():
                entry.pop("id", None)
    assert there == wanted
    assert store.put_settings(HOUSE, stored) == 1
    assert store.put_settings(HOUSE, {"staff": sent["staff"], "settings": sent["settings"]}, base=1) == 1
