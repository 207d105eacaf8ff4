"""The settings side of the page: backups in order, people, groups, rules, the calendar, the dashboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.page.conftest import TEAM, House, Visitor

Make = Callable[..., House]
Visit = Callable[..., Visitor]
PERIOD = {"start": "2026-12-01", "end": "2026-12-31"}
ORDERED: dict[str, Any] = {
    "staff": [*TEAM["staff"], {"id": "ueda", "name": "上田"}],
    "settings": {
        **TEAM["settings"],
        "backup_assignments": [
            {"id": "first", "staff_id": "nakata", "group_id": "kitchen", "priority_order": 1},
            {
                "id": "second",
                "staff_id": "ueda",
                "group_id": "kitchen",
                "priority_order": 2,
                "effective_until": "2026-12-15",
            },
        ],
    },
    "revision": 0,
}


def orders(house: House) -> dict[str, int]:
    rows = house.get("settings")["settings"]["backup_assignments"]
    return {row["staff_id"]: row["priority_order"] for row in rows if row["is_active"]}


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for the server: the page shows an edit before it is answered."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def chain(page: Page) -> Any:
    return page.get_by_role("list", name="Backups of キッチン, in order").get_by_role("listitem")


def test_a_backup_that_was_added_is_still_there_and_shown_in_the_other_tab(visitor: Visit, house: Make) -> None:
    made, one = house(), visitor()
    other, page = one.visit(f"{made.page}#backups"), one.visit(f"{made.page}#backups")
    expect(other.get_by_text("Nobody backs up this group")).to_be_visible()
    page.get_by_label("キッチン", exact=True).get_by_role("button", name="Add a backup").click()
    page.get_by_label("Who").select_option(label="中田")
    page.get_by_role("button", name="Save").click()
    expect(chain(page)).to_contain_text(["中田"])
    expect(chain(other)).to_contain_text(["中田"])
    page.reload()
    expect(chain(page)).to_contain_text(["中田"])
    eventually(lambda: orders(made) == {"nakata": 1})


def box(locator: Locator) -> FloatRect:
    """Where something stands once it does: the list may be being drawn anew."""
    found: list[FloatRect] = []
    eventually(lambda: found.extend(filter(None, [locator.bounding_box()])) or bool(found))
    return found[0]


def test_the_order_is_changed_by_keys_and_by_dragging_and_undone(visitor: Visit, house: Make) -> None:
    made = house(ORDERED)
    page = visitor().visit(f"{made.page}#backups")
    expect(chain(page)).to_contain_text(["中田", "上田"])
    page.get_by_role("button", name="上田, place 2").press("ArrowUp")
    expect(chain(page)).to_contain_text(["上田", "中田"])
    expect(page.get_by_role("button", name="上田, place 1")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(chain(page)).to_contain_text(["中田", "上田"])
    expect(page.locator("[data-pending]")).to_have_count(0)
    grip, target = (box(page.get_by_role("button", name=name)) for name in ("中田, place 1", "上田, place 2"))
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 10, target["y"] + target["height"] + 12, steps=5)
    page.mouse.up()
    expect(chain(page)).to_contain_text(["上田", "中田"])
    expect(page.locator("[data-pending]")).to_have_count(0)
    eventually(lambda: orders(made) == {"ueda": 1, "nakata": 2})


def test_a_fault_is_told_at_its_field_and_nothing_is_lost(visitor: Visit, house: Make) -> None:
    made = house(ORDERED)
    page = visitor().visit(f"{made.page}#backups")
    chain(page).nth(1).get_by_role("button", name="What to do with 上田").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_label("From").fill("2026-12-20")
    page.get_by_role("button", name="Save").click()
    expect(
        page.locator(".field", has=page.get_by_label("From")).or_(page.locator("form")).get_by_role("alert").first
    ).to_be_visible()
    page.get_by_label("From").fill("2026-12-10")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(chain(page).nth(1)).to_contain_text("Dec 10, 2026 – Dec 15, 2026")


def test_one_that_was_removed_can_be_brought_back_or_erased(visitor: Visit, house: Make) -> None:
    made = house(ORDERED)
    page = visitor().visit(f"{made.page}#backups")
    chain(page).nth(0).get_by_role("button", name="What to do with 中田").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(chain(page)).to_contain_text(["上田"])
    page.get_by_text("1 that was removed").click()
    page.get_by_role("button", name="Bring back").click()
    expect(chain(page)).to_contain_text(["中田", "上田"])
    chain(page).nth(0).get_by_role("button", name="What to do with 中田").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_text("1 that was removed").click()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("that was removed")).to_have_count(0)
    eventually(lambda: [row["id"] for row in made.get("settings")["settings"]["backup_assignments"]] == ["second"])


def test_people_are_added_one_by_one_and_many_at_once_and_put_into_a_group(visitor: Visit, house: Make) -> None:
    made = house({"staff": [], "settings": {}, "revision": 0})
    page = visitor().visit(f"{made.page}#staff")
    page.get_by_role("button", name="Add many").click()
    page.get_by_label("One name a line").fill("佐藤, 社員\n鈴木, 社員\n\n中田")
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="3 people")).to_be_visible()
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Name").fill("O’Brien <b>")
    page.get_by_label("Skills").fill("grill, 刺身")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="O’Brien <b>")).to_contain_text("刺身")
    page.get_by_role("button", name="Add a group").click()
    page.get_by_label("Name").fill("キッチン")
    page.get_by_role("checkbox", name="佐藤").check()
    page.get_by_role("checkbox", name="鈴木").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".groups li")).to_contain_text(["佐藤鈴木"])
    eventually(lambda: len(made.get("settings")["settings"]["staff_groups"]) == 1)
    stored = made.get("settings")
    assert [one["status"] for one in stored["staff"]] == ["社員", "社員", "", ""]
    assert len(stored["settings"]["staff_groups"][0]["members"]) == 2


def test_rules_are_added_changed_switched_off_and_set_back(visitor: Visit, house: Make) -> None:
    made = house()
    page = visitor().visit(f"{made.page}#rules")
    limits = page.get_by_label("Daily limits", exact=True)
    limits.get_by_role("button", name="Add").click()
    page.get_by_role("dialog").get_by_role("checkbox", name="×").check()
    page.get_by_label("At most").fill("1")
    page.get_by_role("button", name="Save").click()
    expect(limits.get_by_role("listitem")).to_contain_text(["at most 1"])
    stretch = page.get_by_label("Days in a row", exact=True)
    expect(stretch).to_contain_text("standard")
    stretch.get_by_role("listitem").get_by_role("button").click()
    page.get_by_label("At most").fill("6")
    page.get_by_role("button", name="Save").click()
    expect(stretch.get_by_role("listitem")).to_contain_text(["at most 6"])
    eventually(lambda: [one["max"] for one in made.get("settings")["settings"].get("stretches", [])] == [6])
    stretch.get_by_role("button", name="Switch off").click()
    expect(stretch).to_contain_text("off")
    expect(stretch.get_by_role("listitem")).to_have_count(0)
    page.get_by_role("status").filter(has_text="Days in a row: switched off.").get_by_role("button", name="Undo").click()
    expect(stretch.get_by_role("listitem")).to_contain_text(["at most 6"])
    stretch.get_by_role("button", name="Back to the standard").click()
    expect(stretch.get_by_role("listitem")).to_contain_text(["at most 5"])


def test_a_rule_about_weekends_is_said_whole_and_read_back(visitor: Visit, house: Make) -> None:
    made = house()
    page = visitor().visit(f"{made.page}#rules")
    weekends = page.get_by_label("Weekends", exact=True)
    weekends.get_by_role("button", name="Add").click()
    page.get_by_label("Worked weekends at most").fill("2")
    page.get_by_label("The same shift on all its days").check()
    page.get_by_label("Worked weekends in a row, at most").fill("1")
    page.get_by_role("dialog").get_by_role("checkbox", name="Saturday").uncheck()
    page.get_by_role("dialog").get_by_role("checkbox", name="Monday").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    shown = weekends.get_by_role("listitem")
    expect(shown).to_contain_text("Sun and Mon")
    for part in ("at most 2 worked", "The same shift on all its days", "worked in a row: at most 1"):
        expect(shown).to_contain_text(part)
    eventually(lambda: bool(made.get("settings")["settings"].get("weekends")))
    stored = made.get("settings")["settings"]["weekends"][0]
    assert (stored["days"], stored["identical"], stored["max_consecutive"]) == (["sunday", "monday"], True, 1)


def test_a_rule_that_must_hold_by_its_kind_is_hard_without_a_tick(visitor: Visit, house: Make) -> None:
    made = house()
    page = visitor().visit(f"{made.page}#rules")
    rules = page.get_by_label("Rules for people", exact=True)
    rules.get_by_role("button", name="Add").click()
    page.get_by_label("What it says").select_option(label="must not")
    page.get_by_label("Shift", exact=True).select_option(index=2)
    page.get_by_role("dialog").get_by_role("checkbox", name="佐藤").check()
    page.get_by_role("button", name="Save").click()
    expect(rules.get_by_role("listitem")).to_contain_text(["must hold"])


def test_days_are_closed_by_a_click_and_opened_by_two_more(visitor: Visit, house: Make) -> None:
    made = house()
    seen = visitor()
    page = seen.visit(f"{made.page}#calendar")
    day = page.locator(".day[data-day]").nth(9)
    date = day.get_attribute("data-day")
    day.click()
    expect(page.get_by_role("button", name="closed")).to_have_count(1)
    other = seen.visit(f"{made.page}#calendar")
    expect(other.get_by_role("button", name="closed")).to_have_count(1)
    page.locator(f"[data-day='{date}']").press("Enter")
    expect(other.get_by_role("button", name="everybody works")).to_have_count(1)
    page.locator(f"[data-day='{date}']").press("Enter")
    expect(other.get_by_role("button", name="everybody works")).to_have_count(0)
    eventually(lambda: made.get("settings")["settings"].get("calendar", {}) == {})


def test_the_dashboard_tells_of_covers_and_a_suggestion_is_accepted_with_one_click(visitor: Visit, house: Make) -> None:
    made = house()
    schedule = {
        "sato": {"2026-12-01": "×", "2026-12-02": "○"},
        "suzuki": {"2026-12-01": "○", "2026-12-02": "○"},
        "nakata": {},
    }
    body = {"label": "師走", "period": {"start": "2026-12-01", "end": "2026-12-02"}, "schedule": schedule}
    assert made.server.client.put(f"{made.path}/rosters/december", json=body).status_code == 201
    one = visitor()
    one.context.add_init_script(
        f'localStorage.setItem(\'toban.period.{made.id}\', \'{{"start":"2026-12-01","end":"2026-12-02"}}\')'
    )
    page = one.visit(f"{made.page}#coverage")
    expect(page.get_by_text("師走 (draft)")).to_be_visible()
    expect(page.get_by_role("region", name="What needs a look")).to_contain_text("キッチン")
    page.get_by_role("button", name="Make 中田 a backup of キッチン").click()
    expect(page.get_by_role("region", name="Who carries how much")).to_contain_text("中田")
    eventually(lambda: orders(made) == {"nakata": 1})
    page.get_by_role("button", name="Try every sick call").click()
    expect(page.get_by_text("of the sick calls are survived")).to_be_visible()
