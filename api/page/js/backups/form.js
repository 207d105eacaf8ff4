/** The form of a backup assignment. */

import { openForm } from "../lib/form.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { schemas } from "../lib/schema.js";
import { ordered } from "./chain.js";

/** Make an assignment, or change one that has an id. @param {import("../lib/house.js").House} house @param {Record<string, any>} known */
export async function openAssignment(house, known) {
  try {
    const all = await schemas();
    const groups = house.active("staff_groups");
    if (!known.id && groups.length === 1) known = { ...known, group_id: groups[0].id };
    const group = house.row("staff_groups", known.group_id);
    openForm({
      title: known.id ? t("backups.change") : group ? t("backups.add_to", { group: group.name || group.id }) : t("backups.add"),
      schema: all.BackupAssignment, all, house, value: known, leave: ["priority_order", ...(group ? ["group_id"] : [])],
      before: !known.id && h("p.quiet.small", null, t("backups.add.why")),
      danger: known.id ? { label: t("backups.deactivate"), run: () => house.remove("backup_assignments", known.id) } : undefined,
      save: (value) => {
        if (known.id) return house.update("backup_assignments", known.id, changed(known, value));
        const groupId = value.group_id ?? known.group_id;
        const last = Math.max(0, ...ordered(house, groupId).map((one) => one.priority_order ?? 1));
        return house.create("backup_assignments", { ...value, group_id: groupId, priority_order: last + 1 });
      },
    });
  } catch (error) {
    report(error);
  }
}

/** Only what differs, so that somebody else's change of another field is kept. @param {Record<string, any>} before @param {Record<string, any>} after */
export const changed = (before, after) => Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(before[name] ?? null) !== JSON.stringify(value ?? null)));
