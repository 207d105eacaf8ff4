/** What the heads of rows and columns offer: of a person his questions and his form, of a date what kind of day it is. */

import { openMenu } from "../lib/dialog.js";
import { say } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { download } from "./exporting.js";
import { askFreeDays } from "./layer.js";

/** @typedef {import("./state.js").RosterState} RosterState */

/** @param {RosterState} state @param {HTMLElement} head a `th` of the grid */
export function openHead(state, head) {
  const staff = head.closest("tr")?.dataset.staff;
  const { day } = head.dataset;
  if (staff) person(state, staff, head);
  else if (day) date(state, day, head);
}

/** @param {RosterState} state @param {string} staff @param {HTMLElement} head */
function person(state, staff, head) {
  const name = state.house.called("staff", staff);
  openMenu(head, name, [
    { label: t("card.free.days", { who: name }), icon: "calendar", run: () => askFreeDays(state, staff) },
    ...(state.roster ? [{ label: t("export.ics.one"), icon: "download", run: () => download(state, "ics", staff) }] : []),
    { label: t("staff.edit", { name }), icon: "people", run: () => edit(state, staff) },
  ]);
}

/** @param {RosterState} state @param {string} day @param {HTMLElement} head */
function date(state, day, head) {
  const { house } = state;
  const now = house.active("calendar").find(({ id }) => id === day)?.rule ?? null;
  const choice = (/** @type {string | null} */ rule, /** @type {string} */ label) =>
    ({ label, icon: now === rule ? "check" : undefined, run: () => now !== rule && (rule ? house.put("calendar", day, { rule }) : house.remove("calendar", day)) });
  openMenu(head, say(day, "day"), [
    choice(null, t("calendar.ordinary")), choice("must_day_off", t("day.must_day_off")), choice("must_work", t("day.must_work")),
  ]);
}

/** @param {RosterState} state @param {string} staff */
async function edit({ house }, staff) {
  const { openPerson } = await import("../staff/people.js");
  openPerson(house, house.row("staff", staff) ?? null).catch(report);
}
