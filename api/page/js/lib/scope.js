/** Whom an entry is about: everybody, or named people, groups, statuses or skills. */

import { fill, h } from "./dom.js";
import { list, t } from "./i18n.js";
import { groupsWidget, peopleWidget, severalWidget } from "./widgets.js";

/** @typedef {import("./house.js").House} House @typedef {{ staff_ids?: string[] | null, group_ids?: string[] | null, skills?: string[] | null, statuses?: string[] | null }} Scope */

const WAYS = /** @type {const} */ (["staff_ids", "group_ids", "statuses", "skills"]);

/** Every different value of a field of the staff. @param {House} house @param {"status" | "skills"} name */
const found = (house, name) => [...new Set(house.active("staff").flatMap((one) => one[name] ?? []).filter(Boolean))].sort();

/** @param {string} id @param {House} house @param {Scope | null} value @returns {import("./widgets.js").Widget} */
export function scopeWidget(id, house, value) {
  const first = WAYS.find((way) => value?.[way]?.length) ?? "all";
  const inner = h("div");
  /** @type {import("./widgets.js").Widget | null} */
  let chosen = null;
  const draw = (/** @type {string} */ way) => {
    const kept = /** @type {any} */ (value)?.[way] ?? [];
    if (way === "staff_ids") chosen = peopleWidget(`${id}-who`, house, kept);
    else if (way === "group_ids") chosen = groupsWidget(`${id}-who`, house, kept);
    else if (way === "statuses" || way === "skills") chosen = severalWidget(`${id}-who`, found(house, way === "skills" ? "skills" : "status").map((one) => ({ value: one, label: one })), kept);
    else chosen = null;
    chosen?.element.setAttribute("aria-label", t("field.scope"));
    fill(inner, chosen?.element);
  };
  const select = h("select", { id: `${id}-way`, "aria-label": t("field.scope"), onchange: () => draw(select.value) },
    ["all", ...WAYS].map((way) => h("option", { value: way, selected: way === first }, t(`scope.${way}`))));
  draw(first);
  const element = h("div.stack.tight", { id, role: "group" }, select, inner);
  return { element, read: () => (chosen && chosen.read().length ? { [select.value]: chosen.read() } : {}), label: "group" };
}

/** Say it in a few words. @param {House} house @param {Scope | null | undefined} scope @param {string[] | null} [staffIds] */
export function scopeWords(house, scope, staffIds) {
  const named = (/** @type {"staff" | "staff_groups"} */ kind, /** @type {string[]} */ ids) => list(ids.map((id) => house.called(kind, id)));
  if (staffIds?.length) return named("staff", staffIds);
  if (scope?.staff_ids?.length) return named("staff", scope.staff_ids);
  if (scope?.group_ids?.length) return named("staff_groups", scope.group_ids);
  if (scope?.statuses?.length) return list(scope.statuses);
  if (scope?.skills?.length) return list(scope.skills);
  return t("scope.all");
}
