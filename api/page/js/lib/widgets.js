/** What a form's fields are made of: for each kind of value an element and a way to read it. */

import { h } from "./dom.js";
import { has, t } from "./i18n.js";
import { kindsOf } from "./symbols.js";

/**
 * @typedef {{ element: any, read: () => any, label?: "for" | "group" }} Widget
 * @typedef {{ id: string, name: string, schema: any, value: any, house: import("./house.js").House, required: boolean }} Given
 */

/** A choice of a fixed list, in words. @param {string} name @param {any} value */
const chosen = (name, value) => {
  const key = [`enum.${name}.${value}`, `week.${value}`].find(has);
  return key ? t(key) : String(value);
};

/** @param {Given} given @returns {Widget} */
export function textWidget({ id, schema, value, required }) {
  const long = schema.maxLength >= 2000 && schema.title === "Notes";
  const element = h(long ? "textarea" : "input", { id, value: value ?? "", maxlength: schema.maxLength, required, rows: long ? 3 : null, pattern: schema.pattern });
  return { element, read: () => (element.value === "" && schema.nullable && schema.default === null ? null : element.value) };
}

/** @param {Given} given @returns {Widget} */
export function dateWidget({ id, value }) {
  const element = h("input", { id, type: "date", value: value ?? "", max: "2199-12-31" });
  return { element, read: () => element.value || null };
}

/** @param {Given} given @returns {Widget} */
export function numberWidget({ id, schema, value, required }) {
  const step = schema.multipleOf ?? 1;
  const element = h("input.figures", { id, type: "number", value: value ?? "", min: schema.minimum, max: schema.maximum, step, required: required && !schema.nullable, inputmode: step === 1 ? "numeric" : "decimal" });
  return { element, read: () => (element.value === "" ? null : Number(element.value)) };
}

/** @param {Given} given @returns {Widget} */
export function switchWidget({ id, value }) {
  const element = h("input", { id, type: "checkbox", checked: Boolean(value) });
  return { element, read: () => element.checked };
}

/** @param {Given} given @returns {Widget} */
export function enumWidget({ id, name, schema, value }) {
  const options = schema.enum.map((/** @type {any} */ one) => ({ value: one, label: chosen(name, one) }));
  return selectWidget(id, options, value, schema.nullable);
}

/**
 * A choice of one.
 * @param {string} id @param {{ value: any, label: string }[]} options @param {any} value @param {boolean} [nullable]
 * @returns {Widget}
 */
export function selectWidget(id, options, value, nullable = false) {
  const known = options.some((one) => one.value === value);
  const all = [...(nullable || !known ? [{ value: null, label: nullable ? "—" : t("form.choose") }] : []), ...options];
  const element = h("select", { id, required: !nullable }, all.map((one, i) => h("option", { value: one.value === null ? "" : String(i), selected: one.value === (known ? value : null) }, one.label)));
  return { element, read: () => (element.value === "" ? null : all[Number(element.value)].value) };
}

/**
 * A choice of several, as boxes to tick.
 * @param {string} id @param {{ value: any, label: string, title?: string }[]} options @param {any[] | null} value @param {string} [look]
 * @returns {Widget}
 */
export function severalWidget(id, options, value, look = "") {
  const ticked = new Set(value ?? []);
  const boxes = options.map((one) => h("input", { type: "checkbox", checked: ticked.has(one.value), "aria-label": one.title }));
  const element = h("div.several", { id, role: "group", class: look },
    options.map((one, i) => h("label.chip", { title: one.title }, boxes[i], h("span", null, one.label))),
    options.length === 0 && h("p.hint", null, t("form.none")));
  const read = () => {
    const kept = [...ticked].filter((one) => !options.some(({ value: known }) => known === one)); // what no box stands for stays as it is
    return [...options.filter((_, i) => boxes[i].checked).map((one) => one.value), ...kept];
  };
  return { element, read, label: "group" };
}

/** @param {string} id @param {import("./house.js").House} house @param {any} value */
export const peopleWidget = (id, house, value) =>
  severalWidget(id, house.active("staff").map((one) => ({ value: one.id, label: one.name || one.id })), value);

/** @param {string} id @param {import("./house.js").House} house @param {any} value */
export const groupsWidget = (id, house, value) =>
  severalWidget(id, house.active("staff_groups").map((one) => ({ value: one.id, label: one.name || one.id })), value);

/** Symbols to tick. @param {string} id @param {import("./house.js").House} house @param {any} value */
export const symbolsWidget = (id, house, value) =>
  severalWidget(id, kindsOf(house).map(({ symbol, label }) => ({ value: symbol, label: symbol, title: `${symbol} ${label}` })), value, "symbols");

/** One symbol. @param {string} id @param {import("./house.js").House} house @param {any} value @param {boolean} [nullable] */
export const symbolWidget = (id, house, value, nullable) =>
  selectWidget(id, kindsOf(house).map(({ symbol, label }) => ({ value: symbol, label: `${symbol}  ${label}` })), value, nullable);

const WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const NUMBERED = ["sunday", ...WEEK.slice(0, 6)];

/** Days of the week; none ticked means every day, or what it was. Days that follow each other are told in their order, also over Sunday. @param {Given} given @returns {Widget} */
export function weekWidget({ id, value, schema }) {
  const named = (value ?? []).map((/** @type {any} */ one) => NUMBERED[one] ?? one);
  const several = severalWidget(id, WEEK.map((one) => ({ value: one, label: t(`week.${one}.short`), title: t(`week.${one}`) })), named, "week");
  const read = () => {
    const days = several.read();
    const first = days.findIndex((day) => !days.includes(WEEK[(WEEK.indexOf(day) + 6) % 7]));
    return days.length ? [...days.slice(first), ...days.slice(0, Math.max(0, first))] : schema.nullable ? null : value;
  };
  return { ...several, read };
}

/** Words or dates, one a line or between commas. @param {Given} given @returns {Widget} */
export function wordsWidget({ id, schema, value }) {
  const dates = schema.items?.format === "date";
  const element = h("textarea", { id, rows: 2, placeholder: dates ? "2026-12-24, 2026-12-25" : "", value: (value ?? []).join(", ") });
  const read = () => {
    const words = element.value.split(/[\n,、，]+/u).map((/** @type {string} */ one) => one.trim()).filter(Boolean);
    return words.length || !schema.nullable ? words : null;
  };
  return { element, read };
}
