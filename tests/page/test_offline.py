"""The line breaks: nothing is lost, whoever edited what meanwhile, and many tabs stay in step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.page.conftest import House, Visitor, cell, sit_down

Make = Callable[..., House]
Visit = Callable[..., Visitor]
CUT = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED")
OFF = "×"


def test_edits_on_both_sides_of_a_break_are_all_there_and_conflicts_are_shown(visitor: Visit, house: Make) -> None:
    made, cut, other = house(), visitor(*CUT), visitor()
    here, away = sit_down(other, made), sit_down(cut, made)
    cut.context.set_offline(True)
    expect(away.get_by_role("button", name="Offline")).to_be_visible()
    for day in ("08", "09", "10"):
        cell(away, "sato", day).focus()
        away.keyboard.press("x")
    expect(away.get_by_role("button", name="Offline: 3 changes wait")).to_be_visible()
    for staff, day in (("suzuki", "08"), ("sato", "09")):
        cell(here, staff, day).focus()
        here.keyboard.press("2")
    made.server.until(lambda: len(made.get("settings")["prefilled"]) == 2, 60)
    expect(cell(away, "suzuki", "08")).to_have_text("")
    cut.context.set_offline(False)
    expect(away.get_by_role("button", name="Live")).to_be_visible()
    for page in (away, here):
        expect(cell(page, "sato", "08")).to_have_text(OFF)
        expect(cell(page, "sato", "10")).to_have_text(OFF)
        expect(cell(page, "suzuki", "08")).to_have_text("△")
        expect(cell(page, "sato", "09")).to_have_text("△")  # nothing is overwritten unasked
    expect(away.get_by_role("alert")).to_contain_text("One of your changes met somebody else’s")
    away.get_by_role("button", name="Compare").click()
    expect(away.get_by_role("dialog")).to_contain_text("佐藤 · Wed, Dec 9")
    expect(away.get_by_role("dialog").get_by_role("term")).to_have_text(["Who", "Date", "Symbol"] * 2)
    away.get_by_role("button", name="Keep mine").click()
    expect(away.get_by_role("dialog")).to_be_hidden()
    for page in (away, here):
        expect(cell(page, "sato", "09")).to_have_text(OFF)
    expect(away.get_by_role("alert")).to_be_hidden()


def test_a_tab_that_was_closed_offline_leaves_its_edits_to_the_next(visitor: Visit, house: Make) -> None:
    made, one = house(), visitor(*CUT)
    page = sit_down(one, made)
    one.context.set_offline(True)
    expect(page.get_by_role("button", name="Offline")).to_be_visible()
    cell(page, "nakata", "12").focus()
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Offline: 1 change waits")).to_be_visible()
    page.close()
    one.context.set_offline(False)
    again = sit_down(one, made)
    expect(cell(again, "nakata", "12")).to_have_text(OFF)
    made.server.until(lambda: made.get("settings")["prefilled"] == {"nakata": {"2026-12-12": OFF}}, 60)


@pytest.mark.slow
def test_ten_tabs_are_in_step(visitor: Visit, house: Make) -> None:
    made, one = house(), visitor()
    pages = [sit_down(one, made) for _ in range(10)]
    days = [f"{day:02d}" for day in range(7, 12)]
    for page, day in zip(pages, days, strict=False):
        cell(page, "sato", day).focus()
        page.keyboard.press("x")
    for page in pages:
        for day in days:
            expect(cell(page, "sato", day)).to_have_text(OFF)


def test_a_batch_that_goes_in_two_messages_is_answered_message_by_message(visitor: Visit) -> None:
    page = visitor().visit()
    answered = page.evaluate("""async () => {
      const { Outbox } = await import("/page/js/lib/outbox.js");
      const outbox = new Outbox("nobody");
      const edit = (id, batch) =>
        ({ kind: "staff", id, batch, request: crypto.randomUUID(), verb: "update", fields: {}, base: 1, state: "waiting" });
      outbox.entries.push(edit("c", null));
      const send = () => outbox.due().map(({ entries, message }) => {
        outbox.went(entries, message.request_id);
        return message.request_id;
      });
      const [busy] = send();
      for (const id of ["a", "b", "c", "d"]) outbox.entries.push(edit(id, "batch"));
      const [first] = send();
      outbox.drop(outbox.sent(busy)[0]);
      const [second] = send();
      return [first, second].map((name) => outbox.sent(name).map(({ id }) => id));
    }""")
    assert answered == [["a", "b", "d"], ["c"]]
