"""The roster side of the page: the story of the mission in two tabs, and each thing that can be done with the grid."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.page.conftest import TEAM, House, Visitor, cell, sit_down

Make = Callable[..., House]
Visit = Callable[..., Visitor]
BACKED = {
    **TEAM,
    "settings": {
        **TEAM["settings"],
        "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
        "forbidden_sequences": [],
    },
}
IMPOSSIBLE = {**BACKED, "prefilled": {"sato": {"2026-12-09": "×"}, "nakata": {"2026-12-09": "×"}}}
OFF = "×"
MAKE = re.compile("^Make")


def solve(page: Page) -> None:
    page.get_by_role("button", name=MAKE).click()
    expect(page.get_by_role("heading", name="Who covers whom")).to_be_visible()
    expect(page.locator(".progress")).to_be_hidden()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()


def test_a_backup_is_made_shown_everywhere_and_stands_in(visitor: Visit, house: Make) -> None:
    made, one = house(), visitor()
    other, page = sit_down(one, made), sit_down(one, made)
    page.get_by_role("link", name="Backups").click()
    page.get_by_label("キッチン", exact=True).get_by_role("button", name="Add a backup").click()
    page.get_by_label("Who").select_option(label="中田")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("list", name="Backups of キッチン, in order")).to_contain_text("中田")
    page.reload()
    expect(page.get_by_role("list", name="Backups of キッチン, in order")).to_contain_text("中田")
    other.get_by_role("link", name="Backups").click()
    expect(other.get_by_role("list", name="Backups of キッチン, in order")).to_contain_text("中田")
    page.get_by_role("link", name="Roster").click()
    other.get_by_role("link", name="Roster").click()
    page.bring_to_front()
    cell(page, "sato", "09").click()
    page.get_by_role("button", name="day off ×").click()
    expect(cell(page, "sato", "09")).to_have_text(OFF)
    expect(cell(other, "sato", "09")).to_have_text(OFF)
    solve(page)
    expect(cell(page, "sato", "09")).to_have_text(OFF)
    for tab in (page, other):
        expect(cell(tab, "nakata", "09")).to_have_text("○")
        expect(cell(tab, "nakata", "09")).to_have_attribute("data-flags", "cover")
    cell(page, "nakata", "09").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("中田 covers 佐藤 (キッチン), backup no. 1.")


def test_keys_write_move_select_copy_and_undo(visitor: Visit, house: Make) -> None:
    made, one = house(), visitor(permissions=["clipboard-read", "clipboard-write"])
    page = sit_down(one, made)
    cell(page, "sato", "07").click()
    page.keyboard.press("Escape")
    cell(page, "sato", "07").focus()
    page.keyboard.press("4")
    page.keyboard.press("x")
    page.keyboard.press("1")
    for day, symbol in (("07", OFF), ("08", OFF), ("09", "○"), ("10", "")):
        expect(cell(page, "sato", day)).to_have_text(symbol)
    expect(cell(page, "sato", "10")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ControlOrMeta+c")
    assert page.evaluate("navigator.clipboard.readText()") == "×\t×\t○"
    page.keyboard.press("Delete")
    expect(cell(page, "sato", "08")).to_have_text("")
    page.keyboard.press("ControlOrMeta+z")
    expect(cell(page, "sato", "08")).to_have_text(OFF)
    page.get_by_role("button", name="Redo").click()
    expect(cell(page, "sato", "08")).to_have_text("")
    expect(cell(page, "sato", "07")).to_have_text("")


def test_a_sheet_with_heads_is_pasted_to_its_own_places(visitor: Visit, house: Make) -> None:
    made, one = house(), visitor(permissions=["clipboard-read", "clipboard-write"])
    page = sit_down(one, made)
    sheet = "\t12/8\t9\t2026-12-10\n鈴木\t✕\t\tO\n中田\t△\tx\t×"
    page.evaluate("text => navigator.clipboard.writeText(text)", sheet)
    cell(page, "sato", "07").focus()
    page.keyboard.press("ControlOrMeta+v")
    for staff, day, symbol in (
        ("suzuki", "08", OFF),
        ("suzuki", "10", "○"),
        ("nakata", "08", "△"),
        ("nakata", "09", OFF),
        ("nakata", "10", OFF),
    ):
        expect(cell(page, staff, day)).to_have_text(symbol)
    expect(page.get_by_text("6 cells pasted.")).to_be_visible()
    expect(page.locator("td.cell[data-flags~=pin]")).to_have_count(5)
    page.evaluate("text => navigator.clipboard.writeText(text)", "×\t?")
    page.keyboard.press("ControlOrMeta+v")
    expect(page.get_by_text("Nothing was changed: ? is no symbol.")).to_be_visible()
    expect(cell(page, "sato", "07")).to_have_text("")
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator("td.cell[data-flags~=pin]")).to_have_count(0)
    made.server.until(lambda: made.get("settings")["prefilled"] == {}, 60)


def test_violations_stand_on_their_cells_and_answer_questions(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), made := house(BACKED))
    solve(page)
    cell(page, "sato", "09").focus()
    page.keyboard.press("x")
    expect(cell(page, "nakata", "09")).to_have_attribute("data-flags", "cover")
    cell(page, "nakata", "09").focus()
    page.keyboard.press("2")
    expect(page.get_by_text("Hard rules broken: 1")).to_be_visible()
    expect(cell(page, "sato", "09")).to_have_attribute("data-flags", "pin hard")
    cell(page, "nakata", "09").click()
    page.get_by_role("button", name="Why this symbol?").click()
    option = page.locator(".option[data-symbol='○']")
    expect(option).to_be_visible()
    option.get_by_role("button", name="Pin to ○").click()
    expect(page.get_by_text("Every hard rule holds")).to_be_visible()
    page.keyboard.press("Escape")
    cell(page, "suzuki", "11").click()
    page.get_by_role("button", name="Who can stand in for 鈴木?").click()
    expect(page.locator(".option").first).to_contain_text("中田")
    page.keyboard.press("Escape")
    cell(page, "suzuki", "11").click()
    page.get_by_role("button", name="Which days can 鈴木 be off?").click()
    expect(cell(page, "suzuki", "11")).to_have_attribute("data-flags", re.compile("layer-(free|only_if)"))
    page.get_by_role("button", name="Take off").click()
    expect(cell(page, "suzuki", "11")).to_have_attribute("data-flags", "")
    assert made.get("rosters")[0]["status"] == "draft"


def test_heads_ask_of_a_person_and_close_a_day(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), made := house(BACKED))
    page.locator("thead th[data-day='2026-12-08']").click()
    page.get_by_role("menuitem", name="closed").click()
    expect(page.locator("thead th[data-day='2026-12-08'].closed")).to_be_visible()
    made.server.until(lambda: made.get("settings")["settings"].get("calendar") == {"2026-12-08": "must_day_off"}, 60)
    page.get_by_role("rowheader", name="佐藤").click()
    page.get_by_role("menuitem", name="Edit 佐藤").click()
    page.get_by_role("dialog").get_by_label("Name").fill("佐藤 一郎")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="佐藤 一郎")).to_be_visible()


def test_a_team_without_a_group_or_a_backup_is_shown_what_is_next(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), house())
    steps = page.get_by_role("list", name="To begin")
    expect(steps.get_by_role("listitem")).to_have_count(3)
    steps.get_by_role("link", name="Choose who backs it up").click()
    page.get_by_role("button", name="Add a backup").first.click()
    expect(page.get_by_role("heading", name="A backup for キッチン")).to_be_visible()
    page.get_by_label("Who").select_option(label="中田")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Roster").click()
    expect(page.locator("td.cell").first).to_be_visible()
    expect(steps).to_be_hidden()


def test_an_answer_leads_back_to_its_cell(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), house(BACKED))
    solve(page)
    cell(page, "sato", "11").click()
    page.get_by_role("button", name="Who can stand in for 佐藤?").click()
    expect(page.locator(".option").first).to_contain_text("中田")
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_role("button", name="day off ×").click()
    expect(cell(page, "sato", "11")).to_have_text(OFF)


def test_published_rosters_stay_and_are_compared(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), made := house(BACKED))
    solve(page)
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    was = cell(page, "sato", "10").inner_text()
    cell(page, "sato", "10").focus()
    page.keyboard.press("2")
    expect(page.get_by_text("Changed since it was made", exact=True)).to_be_visible()
    page.get_by_role("button", name="Other versions").click()
    page.get_by_role("menuitem", name="Compare with the published roster").click()
    expect(page.get_by_text("Cells that differ: 1")).to_be_visible()
    cell(page, "sato", "10").hover()
    expect(page.get_by_role("tooltip")).to_contain_text(f"Published as {was}.")
    assert [roster["status"] for roster in made.get("rosters")] == ["published"]
    page.get_by_role("button", name="Publish").click()  # what was changed afterwards, as a roster of its own
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    expect(page.locator(".status").get_by_text("Changed since it was made")).to_be_hidden()
    made.server.until(lambda: [one["status"] for one in made.get("rosters")] == ["published"] * 2, 60)


def test_what_cannot_be_is_talked_over_and_mended_by_a_button(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), made := house(IMPOSSIBLE))
    page.get_by_role("button", name=MAKE).click()
    expect(page.get_by_role("heading", name="Not all of this can hold")).to_be_focused()
    expect(page.locator(".conflicts > li")).to_have_count(1)
    expect(cell(page, "nakata", "09")).to_have_attribute("data-flags", "pin hard")
    page.get_by_role("button", name="free the cell of 中田").click()
    expect(page.get_by_role("heading", name="Not all of this can hold")).to_be_hidden()
    expect(page.get_by_text("Every hard rule holds")).to_be_visible()
    expect(cell(page, "nakata", "09")).to_have_text("○")
    assert made.get("settings")["prefilled"] == {"sato": {"2026-12-09": OFF}}


def test_alternatives_lie_side_by_side(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), made := house(BACKED), alternatives=2)
    page.get_by_role("button", name=MAKE).click()
    expect(page.get_by_role("heading", name="2 rosters to choose from")).to_be_visible()
    made.server.until(lambda: len(made.get("rosters")) == 1, 60)  # who leaves without choosing has the first
    page.get_by_role("button", name="Roster 2").click()
    expect(page.get_by_role("button", name="Roster 2")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Take this one").nth(1).click()
    expect(page.get_by_role("heading", name="2 rosters to choose from")).to_be_hidden()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()


def test_the_roster_is_taken_along_as_files(visitor: Visit, house: Make) -> None:
    page = sit_down(visitor(), house(BACKED))
    solve(page)
    for item, suffix, begins in (("Excel", "xlsx", b"PK"), ("CSV", "csv", "\ufeff".encode())):
        page.get_by_role("button", name="Print and export").click()
        with page.expect_download() as waiting:
            page.get_by_role("menuitem", name=item).click()
        assert waiting.value.suggested_filename.endswith(f".{suffix}")
        assert waiting.value.path().read_bytes().startswith(begins)
    page.get_by_role("button", name="Print and export").click()
    page.get_by_role("menuitem", name="Calendar for one person…").click()
    with page.expect_download() as waiting:
        page.get_by_role("dialog").get_by_role("button", name="中田").click()
    assert "中田" in waiting.value.suggested_filename
    assert waiting.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")
