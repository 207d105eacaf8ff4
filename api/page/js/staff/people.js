/** The table of the staff. */

import { say } from "../lib/dates.js";
import { confirm, openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { openForm } from "../lib/form.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { schemas } from "../lib/schema.js";
import { changed } from "../backups/form.js";

/** @typedef {import("../lib/house.js").House} House @typedef {import("../lib/kinds.js").Row} Row */

/** @param {House} house */
export function peopleSection(house) {
  const people = house.active("staff");
  const gone = house.rows("staff").filter((one) => !one.is_active);
  return h("section.card.stack", { "aria-labelledby": "people" },
    h("div.row.apart", null, h("h2", { id: "people" }, t("staff.people", { n: people.length })),
      h("div.row", null, h("button.button", { dataset: { name: "add-many" }, onclick: () => addMany(house) }, t("staff.many")),
        h("button.button.primary", { dataset: { name: "add-person" }, onclick: () => openPerson(house, null) }, icon("plus"), t("staff.add")))),
    people.length ? h("div.scroll", null, h("table.people", null,
      h("thead", null, h("tr", null, ["name", "status", "skills", "groups", "employed"].map((name) => h("th", { scope: "col" }, t(`field.${name}`))), h("th", null, h("span.unseen", null, t("edit"))))),
      h("tbody", null, people.map((one) => line(house, one)))))
      : h("p.quiet", null, t("staff.none")),
    gone.length > 0 && h("details.gone", { dataset: { name: "gone-people" } }, h("summary", null, t("staff.inactive", { n: gone.length })),
      h("ul", null, gone.map((one) => h("li.row", null, h("span.grow", null, one.name || one.id),
        h("button.button.plain", { onclick: () => house.restore("staff", one.id) }, t("backups.restore")),
        h("button.button.plain.danger", { onclick: () => erase(house, one) }, t("backups.erase")))))));
}

/** @param {House} house @param {Row} one */
function line(house, one) {
  const groups = house.active("staff_groups").filter(({ members }) => members?.includes(one.id));
  return h("tr", { dataset: { id: one.id } },
    h("th", { scope: "row" }, one.name || one.id), h("td", null, one.status), h("td", null, (one.skills ?? []).map((/** @type {string} */ skill) => h("span.tag", null, skill))),
    h("td", null, groups.map((group) => h("span.tag", null, group.name || group.id))), h("td.figures.small", null, employment(one)),
    h("td", null, h("button.button.plain", { dataset: { name: `edit-${one.id}` }, "aria-label": t("staff.edit", { name: one.name || one.id }), onclick: () => openPerson(house, one) }, t("edit"))));
}

/** @param {Row} one */
function employment({ employed_from: from, employed_until: until }) {
  if (from && until) return t("backups.between", { from: say(from, "date"), until: say(until, "date") });
  if (from) return t("backups.since", { from: say(from, "date") });
  return until ? t("backups.until", { until: say(until, "date") }) : "";
}

/** @param {House} house @param {Row | null} known */
export async function openPerson(house, known) {
  try {
    const all = await schemas();
    openForm({
      title: known ? known.name || known.id : t("staff.add"), schema: all.Staff, all, house, value: known ?? {},
      danger: known ? { label: t("staff.remove"), run: () => house.remove("staff", known.id) } : undefined,
      save: (value) => (known ? house.update("staff", known.id, changed(known, value)) : house.create("staff", value)),
    });
  } catch (error) {
    report(error);
  }
}

/** @param {House} house @param {Row} one */
async function erase(house, one) {
  const name = one.name || one.id;
  if (await confirm({ title: t("staff.erase.title", { name }), body: t("staff.erase.why"), yes: t("backups.erase"), danger: true })) house.erase("staff", one.id).catch(report);
}

/** A whole team at once: one name a line, a status behind a tab or comma. @param {House} house */
function addMany(house) {
  const names = h("textarea", { id: "names", rows: 10, placeholder: "佐藤, 社員\n鈴木, 社員\n中田, パート", required: true });
  const form = h("form.stack", {
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const lines = names.value.split("\n").map((/** @type {string} */ one) => one.split(/[\t,、，]/u).map((part) => part.trim())).filter(([name]) => name);
      house.together(() => lines.forEach(([name, status = ""]) => house.create("staff", { name, status })));
      shown.close();
    },
  }, h("div.field", null, h("label", { for: "names" }, t("staff.many.label")), names, h("p.hint", null, t("staff.many.hint"))),
    h("div.row", null, h("button.button.primary", { type: "submit" }, t("add"))));
  const shown = openDialog({ title: t("staff.many"), body: form });
  names.focus();
}
