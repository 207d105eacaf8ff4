/** Edits of this page that met somebody else's edit of the same row: both side by side, and a button for each. */

import { say } from "../lib/dates.js";
import { h } from "../lib/dom.js";
import { ADDED } from "../lib/kinds.js";
import { has, t } from "../lib/i18n.js";
import { scopeWords } from "../lib/scope.js";
import { describe } from "../rules/describe.js";

/** @typedef {import("../lib/house.js").House} House @typedef {import("../lib/outbox.js").Entry} Entry @typedef {import("../lib/kinds.js").Row} Row */

/** @param {House} house */
export const conflictList = (house) => h("div", null, house.conflicts.map((entry) => conflict(house, entry)));

/** @param {House} house @param {Entry} entry */
function conflict(house, entry) {
  const { current = null, fields, before, state, problem, verb } = entry;
  const mine = verb === "delete" ? { ...before, is_active: false } : { is_active: true, ...before, ...fields };
  const names = [...new Set([...Object.keys(fields), ...Object.keys(current ?? {})])]
    .filter((name) => !ADDED.has(name) && name !== "pending" && name !== "id" && (name in fields || !alike(current?.[name], mine[name])));
  const of = entry.kind === "rules" ? entry.id : undefined;
  const choose = (/** @type {"mine" | "theirs"} */ choice) => () => house.settle(entry, choice);
  const side = (/** @type {string} */ title, /** @type {any} */ row, /** @type {any} */ other, /** @type {HTMLElement} */ button) =>
    h("div", null, h("h3", null, title),
      row ? h("dl", null, names.map((name) => [h("dt", null, fieldName(name)), h("dd", null, alike(row[name], other?.[name]) ? said(house, name, row[name], of) : h("mark", null, said(house, name, row[name], of)))]))
        : h("p.quiet", null, t("conflict.gone")),
      h("div.row", null, button));
  return h("section.conflict.stack.tight", null,
    h("h3", null, rowName(house, entry)),
    state === "refused" && h("p.hard", null, problem?.detail ?? ""),
    h("div.versus", null,
      side(t("conflict.mine"), verb === "hard_delete" ? null : mine, current, h("button.button.primary", { onclick: choose("mine") }, t(state === "refused" ? "again" : "conflict.keep.mine"))),
      side(t("conflict.theirs"), state === "refused" ? (house.stored(entry.kind, entry.id) ?? null) : current, mine, h("button.button", { onclick: choose("theirs") }, t("conflict.keep.theirs")))));
}

/** @param {any} a @param {any} b */
const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {string} name */
const fieldName = (name) => (has(`field.${name}`) ? t(`field.${name}`) : name);

/** What to call a row. @param {House} house @param {{ kind: any, id: string, fields: any, before: Row | null }} entry */
export function rowName(house, { kind, id, fields, before }) {
  const row = { ...before, ...fields };
  const person = row.staff_id ? (house.row("staff", row.staff_id)?.name ?? row.staff_id) : null;
  const group = row.group_id ? (house.row("staff_groups", row.group_id)?.name ?? row.group_id) : null;
  const named = person && group ? `${person} → ${group}` : person && row.date ? `${person} · ${say(row.date, "day")}` : kind === "calendar" ? say(id, "day") : kind === "rules" && has(`rule.${id}`) ? t(`rule.${id}`) : row.name || id;
  return `${t(`kind.${kind}`)}: ${named}`;
}

/** @param {House} house @param {string} name @param {any} value @param {string} [of] the rule whose value it is */
function said(house, name, value, of) {
  if (value === null || value === undefined || value === "") return "—";
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return say(value, "date");
  if (value === true || value === false) return t(value ? "yes" : "no");
  if (name === "staff_id" || name === "members") return [value].flat().map((id) => house.called("staff", id)).join(", ");
  if (name === "group_id") return house.called("staff_groups", value);
  if (of && typeof value === "object") return [value].flat().map((one) => describe(house, of, one)).map(({ title, parts }) => [title, ...parts].join(" · ")).join(" | ");
  if (name === "scope") return scopeWords(house, value);
  if (Array.isArray(value)) return value.map((one) => (has(`week.${one}.short`) ? t(`week.${one}.short`) : String(one))).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
