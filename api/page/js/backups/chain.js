/** One group's chain of backups: a list that is put into order by dragging, or with the arrow keys on its handles. */

import { h, icon } from "../lib/dom.js";
import { confirm, openMenu } from "../lib/dialog.js";
import { list, t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { say as speak } from "../lib/toast.js";
import { draggable } from "./drag.js";
import { openAssignment } from "./form.js";
import { bar, scale, span } from "./strip.js";

/** @typedef {import("../lib/house.js").House} House @typedef {import("../lib/kinds.js").Row} Row */

/** The backups of a group in the order they are asked. @param {House} house @param {string} groupId @returns {Row[]} */
export function ordered(house, groupId) {
  return house.active("backup_assignments").filter((one) => one.group_id === groupId)
    .sort((a, b) => (a.priority_order ?? 1) - (b.priority_order ?? 1)); // sort is stable: ties stay as listed
}

/** @param {House} house @param {import("../lib/period.js").Dates} dates @param {Row} group */
export function chain(house, dates, group) {
  const backups = ordered(house, group.id);
  const gone = house.rows("backup_assignments").filter((one) => one.group_id === group.id && !one.is_active);
  const shown = span(dates.period);
  const items = backups.map((one, i) => item(house, one, i, backups, shown));
  const rows = h("ol.chain", { "aria-label": t("backups.of", { group: group.name || group.id }) }, items);
  draggable(rows, (from, to) => move(house, backups, from, to));
  return h("section.card.stack", { dataset: { group: group.id }, "aria-label": group.name || group.id },
    h("div.row.apart", null,
      h("div.row", null, h("h2", null, group.name || group.id), group.cover === "each" && h("span.tag", null, t("enum.cover.each")),
        group.require_backup && h("span.tag", null, t("field.require_backup"))),
      h("button.button", { dataset: { name: `add-${group.id}` }, onclick: () => openAssignment(house, { group_id: group.id }) }, icon("plus"), t("backups.add"))),
    h("p.small.quiet", null, t("backups.members"), " ", members(house, group)),
    backups.length > 0 ? [h("div.chain-head", { "aria-hidden": "true" }, scale(shown, dates.period)), rows]
      : h("p.empty", null, icon("warning"), t(group.require_backup ? "backups.none_required" : "backups.none")),
    gone.length > 0 && inactive(house, group.id, gone));
}

/** @param {House} house @param {Row} group */
const members = (house, group) => list((group.members ?? []).map((/** @type {string} */ id) => house.called("staff", id))) || t("backups.no_members");

/** @param {House} house @param {Row} one @param {number} i @param {Row[]} all @param {import("../lib/period.js").Period} shown */
function item(house, one, i, all, shown) {
  const person = house.row("staff", one.staff_id);
  const name = person?.name || one.staff_id;
  const keyed = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(house, all, i, i + step);
  };
  const tied = all.some((other) => other !== one && other.priority_order === one.priority_order);
  return h("li", { dataset: { id: one.id, pending: one.pending ? "" : null } },
    h("button.grip", { "aria-label": t("backups.handle", { name, n: i + 1 }), title: t("backups.handle.title"), dataset: { name: `grip-${one.id}`, grip: "" }, onkeydown: keyed }, icon("grip")),
    h("span.order.figures", { title: tied ? t("backups.tied") : null }, one.priority_order ?? 1, tied && h("span.unseen", null, t("backups.tied"))),
    h("span.who", null, h("b", null, name), one.assignment_type === "on_call" && h("span.tag", null, t("backups.on_call")),
      person && !person.is_active && h("span.tag.hard", null, t("backups.left")), one.notes && h("span.small.quiet.notes", null, one.notes)),
    bar(one, shown),
    h("button.button.plain.icon", { "aria-label": t("backups.more", { name }), "aria-haspopup": "menu", dataset: { name: `more-${one.id}` }, onclick: (/** @type {MouseEvent} */ event) => menu(house, one, name, i, all, event) }, icon("more")));
}

/** @param {House} house @param {Row} one @param {string} name @param {number} i @param {Row[]} all @param {MouseEvent} event */
function menu(house, one, name, i, all, event) {
  openMenu(/** @type {HTMLElement} */ (event.currentTarget), name, [
    { label: t("edit"), run: () => openAssignment(house, one) },
    ...(i > 0 ? [{ label: t("backups.up"), run: () => move(house, all, i, i - 1) }] : []),
    ...(i < all.length - 1 ? [{ label: t("backups.down"), run: () => move(house, all, i, i + 1) }] : []),
    null,
    { label: t("backups.deactivate"), run: () => house.remove("backup_assignments", one.id) },
  ]);
}

/**
 * Put one at another place; orders become 1, 2, 3 … again, in one step of undo.
 * @param {House} house @param {Row[]} all @param {number} from @param {number} to
 */
function move(house, all, from, to) {
  if (to < 0 || to >= all.length || from === to) return;
  const next = [...all];
  next.splice(to, 0, ...next.splice(from, 1));
  house.together(() => next.forEach((one, i) => one.priority_order !== i + 1 && house.update("backup_assignments", one.id, { priority_order: i + 1 })));
  speak(t("backups.moved", { name: house.called("staff", all[from].staff_id), n: to + 1 }));
}

/** Those that were deleted, to bring back or to erase. @param {House} house @param {string} groupId @param {Row[]} gone */
function inactive(house, groupId, gone) {
  const erase = async (/** @type {Row} */ one, /** @type {string} */ name) => {
    if (await confirm({ title: t("backups.erase.title", { name }), body: t("backups.erase.why"), yes: t("backups.erase"), danger: true })) house.erase("backup_assignments", one.id).catch(report);
  };
  return h("details.gone", { dataset: { name: `gone-${groupId}` } }, h("summary", null, t("backups.inactive", { n: gone.length })),
    h("ul", null, gone.map((one) => {
      const name = house.called("staff", one.staff_id);
      return h("li.row", null, h("span.grow", null, name),
        h("button.button.plain", { onclick: () => house.restore("backup_assignments", one.id) }, t("backups.restore")),
        h("button.button.plain.danger", { onclick: () => erase(one, name) }, t("backups.erase")));
    })));
}
