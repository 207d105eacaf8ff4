/** The groups whose absences are covered. */

import { confirm } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { openForm } from "../lib/form.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { schemas } from "../lib/schema.js";
import { changed } from "../backups/form.js";

/** @typedef {import("../lib/house.js").House} House @typedef {import("../lib/kinds.js").Row} Row */

/** @param {House} house */
export function groupsSection(house) {
  const groups = house.active("staff_groups");
  const gone = house.rows("staff_groups").filter((one) => !one.is_active);
  return h("section.card.stack", { dataset: { section: "groups" }, "aria-labelledby": "groups" },
    h("div.row.apart", null, h("h2", { id: "groups" }, t("groups.title", { n: groups.length })),
      h("button.button.primary", { dataset: { name: "add-group" }, onclick: () => openGroup(house, null) }, icon("plus"), t("groups.add"))),
    h("p.small.quiet", null, t("groups.lead")),
    h("ul.groups", null, groups.map((group) => item(house, group))),
    gone.length > 0 && h("details.gone", { dataset: { name: "gone-groups" } }, h("summary", null, t("groups.inactive", { n: gone.length })),
      h("ul", null, gone.map((one) => h("li.row", null, h("span.grow", null, one.name || one.id),
        h("button.button.plain", { onclick: () => house.restore("staff_groups", one.id) }, t("backups.restore")),
        h("button.button.plain.danger", { onclick: () => erase(house, one) }, t("backups.erase")))))));
}

/** @param {House} house @param {Row} group */
function item(house, group) {
  const backups = house.active("backup_assignments").filter((one) => one.group_id === group.id).length;
  return h("li", { dataset: { id: group.id } },
    h("div.row.apart", null, h("h3", null, group.name || group.id),
      h("button.button.plain", { dataset: { name: `edit-${group.id}` }, "aria-label": t("staff.edit", { name: group.name || group.id }), onclick: () => openGroup(house, group) }, t("edit"))),
    h("p", null, (group.members ?? []).map((/** @type {string} */ id) => h("span.tag", null, house.called("staff", id)))),
    h("p.row.small.quiet", null, t(`enum.cover.${group.cover ?? "one"}`), group.require_backup && h("span", null, t("field.require_backup")),
      h("a", { href: `#backups/${encodeURIComponent(group.id)}` }, t("groups.backups", { n: backups }))));
}

/** @param {House} house @param {Row | null} known */
export async function openGroup(house, known) {
  try {
    const all = await schemas();
    openForm({
      title: known ? known.name || known.id : t("groups.add"), schema: all.StaffGroup, all, house, value: known ?? {},
      danger: known ? { label: t("groups.remove"), run: () => house.remove("staff_groups", known.id) } : undefined,
      save: (value) => (known ? house.update("staff_groups", known.id, changed(known, value)) : house.create("staff_groups", value)),
    });
  } catch (error) {
    report(error);
  }
}

/** @param {House} house @param {Row} one */
async function erase(house, one) {
  if (await confirm({ title: t("groups.erase.title", { name: one.name || one.id }), body: t("staff.erase.why"), yes: t("backups.erase"), danger: true })) house.erase("staff_groups", one.id).catch(report);
}
