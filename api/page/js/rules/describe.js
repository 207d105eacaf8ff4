/** An entry of a rule in a few words. */

import { say } from "../lib/dates.js";
import { list, number, t } from "../lib/i18n.js";
import { scopeWords } from "../lib/scope.js";
import { kindsOf } from "../lib/symbols.js";

/** @typedef {import("../lib/house.js").House} House */

/** @param {House} house @param {string} rule @param {any} value @returns {{ title: string, parts: string[] }} */
export function describe(house, rule, value) {
  const special = SPECIAL[rule]?.(house, value);
  if (special) return special;
  const { symbols, min, max, measure, per, scope, skill, target } = value;
  const what = symbols?.length ? symbols.join(" ") : measure ? t(`enum.measure.${measure}`) : value.kind ? t(`enum.kind.${value.kind}`) : "";
  const parts = [bounds(min, max), target !== null && target !== undefined && t("rules.target", { n: target }), skill && t("rules.skill", { skill }),
    scopeWords(house, scope, value.staff_ids), on(value), per === "calendar_month" && t("enum.per.calendar_month"),
    value.week_start && NUMBERED.indexOf(value.week_start) !== 1 && value.week_start !== 1 && t("rules.week_start", { day: weekday(value.week_start, "") }),
    value.include_calendar && t("field.include_calendar"), value.include_history && t("field.include_history"), atBorder(value)];
  return { title: what || t(`rule.${rule}`), parts: parts.filter(Boolean) };
}

/** @param {number | null | undefined} min @param {number | null | undefined} max */
function bounds(min, max) {
  const low = min !== null && min !== undefined;
  const high = max !== null && max !== undefined;
  if (low && high) return min === max ? t("rules.exactly", { n: number(min) }) : t("rules.between", { min: number(min), max: number(max) });
  if (low) return t("rules.min", { n: number(min) });
  return high ? t("rules.max", { n: number(max) }) : "";
}

const NUMBERED = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** On which days. @param {any} value */
function on({ days_of_week: week, dates }) {
  if (dates?.length) return list(dates.map((/** @type {string} */ day) => say(day, "short")));
  return week?.length ? list(week.map((/** @type {any} */ day) => weekday(day))) : "";
}

/** @param {string | number} day its name, or 0 for Sunday @param {".short" | ""} [style] */
const weekday = (day, style = ".short") => t(`week.${NUMBERED[/** @type {any} */ (day)] ?? day}${style}`);

/** @param {any} value */
const atBorder = ({ border }) => (border === "closed" ? t("rules.border.closed") : "");

/** What is asked of weekends. @param {House} house @param {any} value */
function weekends(house, { max_working: most, complete, identical, min_consecutive: least, max_consecutive: longest, days, symbols, scope, border }) {
  const row = bounds(least, longest);
  const usual = !days?.length || String(days.map((/** @type {any} */ day) => NUMBERED[day] ?? day)) === "saturday,sunday";
  const parts = [most !== null && most !== undefined && t("rules.weekends.max", { n: number(most) }), complete && t("field.complete"), identical && t("field.identical"),
    row && t("rules.weekends.row", { bounds: row }), symbols?.length && t("rules.weekends.symbols", { symbols: symbols.join(" ") }), scopeWords(house, scope), atBorder({ border })];
  return { title: usual ? t("rule.weekends") : list(days.map((/** @type {any} */ day) => weekday(day))), parts: parts.filter(Boolean) };
}

/** @type {Record<string, (house: House, value: any) => { title: string, parts: string[] }>} */
const SPECIAL = {
  priority_rules: (house, value) => ({
    title: scopeWords(house, value.scope, value.staff_ids),
    parts: [`${t(`enum.rule_type.${value.rule_type}`)} ${value.shift}`, on(value), value.except_symbols?.length ? t("rules.except", { symbols: value.except_symbols.join(" ") }) : ""].filter(Boolean),
  }),
  forbidden_sequences: (house, value) => ({ title: value.symbols.map((/** @type {any} */ place) => [place].flat().join("/")).join(" → "), parts: [scopeWords(house, value.scope), on(value) && t("rules.begins", { days: on(value) })].filter(Boolean) }),
  rest: (house, value) => ({ title: t("rules.rest", { n: number(value.minutes / 60, { maximumFractionDigits: 2 }) }), parts: [scopeWords(house, value.scope)] }),
  weekends,
  requests: (house, value) => ({ title: house.called("staff", value.staff_id), parts: [say(value.date, "day"), t(value.want === false ? "rules.not" : "rules.wants", { symbol: value.symbol })] }),
  after_closure: (house, value) => ({ title: (value.symbols ?? ["×"]).join(" "), parts: [t("rules.after", { closed: value.min_closed_days ?? 3, days: value.days ?? 1 }), scopeWords(house, value.scope)] }),
  backup_coverage: (_, value) => ({ title: t(`enum.priority.${value.priority ?? "available"}`), parts: [] }),
  backup_priority: () => ({ title: t("rule.backup_priority"), parts: [] }),
  group_conflict: (_, value) => ({ title: (value.symbols ?? ["×"]).join(" "), parts: [bounds(null, value.max ?? 1)] }),
  stability: (_, value) => ({ title: t("rule.stability"), parts: [value.max_changes !== null && value.max_changes !== undefined ? bounds(null, value.max_changes) : ""].filter(Boolean) }),
  shift_types: (house, value) => {
    const label = kindsOf(house).find(({ symbol }) => symbol === value.symbol)?.label ?? "";
    return { title: value.symbol, parts: [label, t(`enum.kind.${value.kind}`) !== label && t(`enum.kind.${value.kind}`), value.start ? t("rules.hours", { start: value.start, n: number((value.minutes ?? 0) / 60) }) : ""].filter((one) => typeof one === "string" && one !== "") };
  },
};
