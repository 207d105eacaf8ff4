/** From what the page shows to the problems the API takes. */

import { json } from "../lib/api.js";
import { plus } from "../lib/dates.js";
import { KINDS } from "../lib/kinds.js";
import { fieldsOf } from "../lib/overlay.js";

/** @typedef {import("../lib/house.js").House} House @typedef {import("../lib/period.js").Period} Period */
/** @typedef {Record<string, Record<string, string>>} Schedule staff id → date → symbol */

/** How far back rules may look: stretches, sequences and weeks reach no farther. */
const DAYS_BEFORE = 14;

/** The cells that are pinned in a period. @param {House} house @param {Period} period @returns {Schedule} */
export function pinsOf(house, { start, end }) {
  /** @type {Schedule} */
  const pins = {};
  for (const { staff_id, date, symbol } of house.active("prefilled")) if (date >= start && date <= end) (pins[staff_id] ??= {})[date] = symbol;
  return pins;
}

/** All settings, as rows have them. @param {House} house @param {Period} [period] whose wishes alone are wanted */
export function settingsOf(house, period) {
  /** @type {Record<string, any>} */
  const settings = {};
  for (const [kind, { listed }] of Object.entries(KINDS)) {
    if (listed && kind !== "staff") settings[kind] = house.rows(/** @type {any} */ (kind)).map(fieldsOf);
  }
  settings.calendar = Object.fromEntries(house.active("calendar").map(({ id, rule }) => [id, rule]));
  for (const { id, value } of house.active("rules")) settings[id] = value;
  if (period && settings.requests) settings.requests = settings.requests.filter((/** @type {any} */ { date }) => date >= period.start && date <= period.end);
  return settings;
}

/**
 * The whole problem of a period.
 * @param {House} house @param {Period} period @param {{ history?: Schedule, options?: Record<string, any>, baseline?: Schedule | null }} [more]
 */
export function problemOf(house, period, { history = {}, options = {}, baseline = null } = {}) {
  const staff = house.rows("staff").map(fieldsOf);
  const known = new Set(staff.map(({ id }) => id));
  const ours = (/** @type {Schedule} */ rows) => Object.fromEntries(Object.entries(rows).filter(([id]) => known.has(id)));
  return {
    period, staff, settings: settingsOf(house, period), prefilled: ours(pinsOf(house, period)), history: ours(history),
    ...(baseline ? { baseline: ours(baseline) } : {}), options,
  };
}

/**
 * What was worked before a period, off the rosters in force there.
 * @param {House} house @param {any[]} heads of the restaurant's rosters @param {string} start
 * @returns {Promise<Schedule>}
 */
export async function historyOf(house, heads, start) {
  const from = plus(start, -DAYS_BEFORE);
  const till = plus(start, -1);
  /** @type {Schedule} */
  const history = {};
  for (const { id, in_force } of heads) {
    const runs = in_force.filter((/** @type {Period} */ run) => run.end >= from && run.start <= till);
    if (!runs.length) continue;
    const { schedule } = await json("GET", `${house.path}/rosters/${encodeURIComponent(id)}`);
    for (const [staff, row] of Object.entries(schedule)) {
      for (const [day, symbol] of Object.entries(row)) {
        if (day >= from && day <= till && runs.some((/** @type {Period} */ run) => day >= run.start && day <= run.end)) (history[staff] ??= {})[day] = symbol;
      }
    }
  }
  return history;
}
