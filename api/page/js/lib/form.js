/** Forms made of JSON Schemas: a dialog with a field for each property, read back as the JSON that is sent. */

import { Problem } from "./api.js";
import { openDialog } from "./dialog.js";
import { fill, h, uniqueId } from "./dom.js";
import { has, t } from "./i18n.js";
import { sentence } from "./problem.js";
import { resolved } from "./schema.js";
import { scopeWidget } from "./scope.js";
import * as widgets from "./widgets.js";

/** @typedef {import("./house.js").House} House @typedef {import("./widgets.js").Widget} Widget @typedef {import("./widgets.js").Given} Given */

/** What a field is called; some names mean something else in one schema. @param {string} name @param {string} [schema] its title */
export const fieldLabel = (name, schema) => {
  const key = [`field.${schema}.${name}`, `field.${name}`].find(has);
  return key ? t(key) : name.replaceAll("_", " ");
};

/** @param {Given} given @param {Record<string, any>} all @returns {Widget} */
function widgetFor(given, all) {
  const { id, name, schema, value, house } = given;
  if (name === "scope") return scopeWidget(id, house, value);
  if (name === "members" || name === "staff_ids") return emptyAsNull(widgets.peopleWidget(id, house, value), schema);
  if (name === "staff_id") return widgets.selectWidget(id, house.active("staff").map((one) => ({ value: one.id, label: one.name || one.id })), value);
  if (name === "group_id") return widgets.selectWidget(id, house.active("staff_groups").map((one) => ({ value: one.id, label: one.name || one.id })), value);
  if (name === "symbols" || name === "except_symbols") return emptyAsNull(sequenceOr(given, all), schema);
  if (name === "shift" || (name === "symbol" && schema.title === "Symbol" && given.required && !schema.own)) return widgets.symbolWidget(id, house, value, schema.nullable);
  if (name === "days_of_week" || (name === "days" && schema.type === "array")) return widgets.weekWidget(given);
  if (schema.enum) return widgets.enumWidget(given);
  if (schema.format === "date") return widgets.dateWidget(given);
  if (schema.type === "boolean") return widgets.switchWidget(given);
  if (schema.type === "integer" || schema.type === "number") return widgets.numberWidget(given);
  if (schema.type === "array") return widgets.wordsWidget(given);
  if (schema.properties) return partWidget(given, all);
  return widgets.textWidget(given);
}

/** @param {Widget} widget @param {any} schema @returns {Widget} */
const emptyAsNull = (widget, schema) => ({ ...widget, read: () => (widget.read().length || !schema.nullable ? widget.read() : null) });

/** Symbols in an order, each place one or several, as `× △` or `×/△ △`; else boxes to tick. @param {Given} given @param {Record<string, any>} all */
function sequenceOr({ id, schema, value, house }, all) {
  if (!resolved(schema.items ?? {}, all).items && !schema.items?.anyOf) return widgets.symbolsWidget(id, house, value);
  const said = (value ?? []).map((/** @type {any} */ place) => [place].flat().join("/")).join(" ");
  const element = h("input", { id, value: said, required: true, placeholder: "× △" });
  const read = () => element.value.trim().split(/\s+/u).filter(Boolean).map((/** @type {string} */ place) => (place.includes("/") ? place.split("/") : place));
  return { element, read };
}

/** A value with fields of its own that may be absent as a whole, such as a group's conflict. @param {Given} given @param {Record<string, any>} all @returns {Widget} */
function partWidget({ id, schema, value, house }, all) {
  const inner = fields(schema, value ?? {}, house, all);
  const there = h("input", { type: "checkbox", checked: value !== null && value !== undefined, onchange: () => (box.hidden = !there.checked) });
  const box = h("div.part.stack.tight", { hidden: !there.checked }, inner.element);
  const element = h("div", { id, role: "group" }, schema.nullable && h("label.check", null, there, t("form.own")), box);
  if (!schema.nullable) box.hidden = false;
  return { element, read: () => (schema.nullable && !there.checked ? null : inner.read()), label: "group" };
}

const MORE = new Set(["weight", "under_weight", "over_weight", "no_backup_weight", "include_calendar", "week_start", "dates", "description", "color", "off_equivalent", "role", "border", "include_history", "WeekendRule.symbols"]);
const LEFT_OUT = new Set(["id", "is_active"]);

/**
 * The fields of an object.
 * @param {any} schema @param {Record<string, any>} value @param {House} house @param {Record<string, any>} all
 * @param {{ leave?: string[] }} [options]
 */
export function fields(schema, value, house, all, { leave = [] } = {}) {
  /** @type {Map<string, { widget: Widget, fault: HTMLElement }>} */
  const made = new Map();
  const draw = (/** @type {string} */ name) => {
    const own = resolved(schema.properties[name], all);
    const id = uniqueId("field");
    const given = { id, name, schema: { ...own, own: schema.title === "ShiftType" }, value: name in value ? value[name] : own.default, house, required: schema.required?.includes(name) ?? false };
    const widget = widgetFor(given, all);
    const fault = h("p.fault", { role: "alert", hidden: true });
    made.set(name, { widget, fault });
    if (own.type === "boolean") return h("div.field", null, h("label.check", null, widget.element, fieldLabel(name, schema.title)), hint(name), fault);
    const label = widget.label === "group" ? h("span.label", { id: `${id}-label` }, fieldLabel(name, schema.title)) : h("label", { for: id }, fieldLabel(name, schema.title));
    if (widget.label === "group") widget.element.setAttribute("aria-labelledby", `${id}-label`);
    return h("div.field", null, label, widget.element, hint(name), fault);
  };
  const names = Object.keys(schema.properties).filter((name) => !LEFT_OUT.has(name) && !leave.includes(name));
  const later = (/** @type {string} */ name) => MORE.has(name) || MORE.has(`${schema.title}.${name}`);
  const first = [...names].filter((name) => !later(name)).sort((a, b) => rank(a) - rank(b));
  const more = names.filter(later);
  const element = h("div.fields", null, first.map(draw), more.length > 0 && h("details.more", null, h("summary", null, t("form.more")), h("div.fields", null, more.map(draw))));
  return { element, read: () => Object.fromEntries([...made].map(([name, { widget }]) => [name, widget.read()])), made };
}

const ORDER = ["name", "rule_type", "measure", "kind", "shift", "symbols", "skill", "min", "target", "max", "max_working", "complete", "identical", "min_consecutive", "max_consecutive", "staff_ids", "scope", "days_of_week", "min_closed_days", "days", "except_symbols", "per", "hard"];
/** Fields a manager thinks of first come first. @param {string} name */
const rank = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : name === "status" ? 0.5 : ORDER.length);

/** @param {string} name */
const hint = (name) => has(`hint.${name}`) && h("p.hint", null, t(`hint.${name}`));

/**
 * Open a form. `save` gets what was read and returns the edit's promise; the dialog closes once it is stored, or at once where
 * the edit waits in the outbox. What the server does not take is told beside its field. A field that nobody touched and that
 * had no value is left out, so that the server's default stays one: that of `hard` depends on other fields.
 * @param {{ title: string, schema: any, all: Record<string, any>, value: Record<string, any>, house: House, leave?: string[],
 *   before?: any, danger?: { label: string, run: () => void }, save: (value: Record<string, any>) => Promise<any> }} form
 */
export function openForm({ title, schema, all, value, house, leave, before, danger, save }) {
  const inner = fields(schema, value, house, all, { leave });
  const first = inner.read();
  const whole = h("p.fault", { role: "alert", hidden: true });
  const button = h("button.button.primary", { type: "submit" }, t("save"));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    tell([]);
    const read = inner.read();
    const told = Object.keys(read).filter((name) => name in value || schema.required?.includes(name) || JSON.stringify(read[name]) !== JSON.stringify(first[name]));
    const saved = save(Object.fromEntries(told.map((name) => [name, read[name]])));
    if (house.socket.state !== "live") return shown.close();
    button.disabled = true;
    try {
      await saved;
      shown.close();
    } catch (error) {
      button.disabled = false;
      if (!(error instanceof Problem)) throw error;
      if (!error.faults.length && error.kind === "stale") return shown.close(); // the conflict is shown by the shell
      tell(error.faults.length ? error.faults : [{ code: "", path: "", found: null, expected: sentence(error) }]);
    }
  };
  /** @param {import("./api.js").Fault[]} faults */
  const tell = (faults) => {
    for (const { fault } of inner.made.values()) fault.hidden = true;
    whole.hidden = true;
    for (const { path, expected } of faults) {
      const name = path.split("/").find((part) => inner.made.has(part));
      const place = name ? /** @type {any} */ (inner.made.get(name)).fault : whole;
      place.textContent = expected;
      place.hidden = false;
      place.closest("details")?.setAttribute("open", "");
    }
  };
  const form = h("form.stack", { onsubmit: submit }, before, inner.element, whole,
    h("div.row.apart", null, button, danger && h("button.button.plain.danger", { type: "button", onclick: () => (shown.close(), danger.run()) }, danger.label)));
  const shown = openDialog({ title, body: form });
  /** @type {HTMLElement | null} */ (form.querySelector("input:not([type=checkbox]), select, textarea"))?.focus();
  return { ...shown, replace: (/** @type {any} */ next) => fill(shown.body, next) };
}
