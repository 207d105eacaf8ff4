/** Puts what the checker says onto cells, names and dates, each with its sentences. */

import { list, t } from "../lib/i18n.js";
import { humane, say } from "../lib/dates.js";

/** @typedef {import("./state.js").RosterState} RosterState */
/** @typedef {{ severity: "hard" | "soft" | "warning" | null, cover: boolean, words: string[] }} Mark */

const MOST_CELLS = 7; // a violation of more dates is about the person, and stands at the name

/** The key of a cell in the maps. @param {string} staff @param {string} day */
export const at = (staff, day) => `${staff} ${day}`;

/** @param {RosterState} state */
export function marksOf(state) {
  /** @type {Map<string, Mark>} */ const cells = new Map();
  /** @type {Map<string, Mark>} */ const people = new Map();
  /** @type {Map<string, Mark>} */ const dates = new Map();
  const note = (/** @type {Map<string, Mark>} */ map, /** @type {string} */ key, /** @type {string} */ words, /** @type {any} */ severity, cover = false) => {
    const mark = map.get(key) ?? { severity: null, cover: false, words: [] };
    if (severity && (mark.severity === null || RANK[severity] < RANK[mark.severity])) mark.severity = severity;
    mark.cover ||= cover;
    mark.words.push(humane(words));
    map.set(key, mark);
  };
  for (const { severity, staff_ids, dates: days, message } of state.verdict?.violations ?? []) {
    if (!staff_ids.length) for (const day of days) note(dates, day, message, severity);
    else if (days.length > MOST_CELLS || !days.length) for (const staff of staff_ids) note(people, staff, message, severity);
    else for (const staff of staff_ids) for (const day of days) note(cells, at(staff, day), message, severity);
  }
  for (const { facts, message } of state.conflicts) {
    for (const { staff_ids, dates: days } of facts) {
      if (days.length <= MOST_CELLS) for (const staff of staff_ids) for (const day of days) note(cells, at(staff, day), message, "hard");
    }
  }
  for (const cover of state.verdict?.covers ?? []) {
    if (cover.staff_id) note(cells, at(cover.staff_id, cover.date), coverWords(state, cover), null, true);
  }
  return { cells, people, dates };
}

const RANK = /** @type {Record<string, number>} */ ({ hard: 0, soft: 1, warning: 2 });

/** Who covers whom, and why not the earlier ones. @param {RosterState} state @param {import("./state.js").Cover} cover */
export function coverWords({ house }, { absent, group_id, priority_order, passed_over, staff_id }) {
  const name = (/** @type {string} */ id) => house.called("staff", id);
  const group = house.called("staff_groups", group_id);
  const covered = staff_id
    ? t("cover.for", { who: name(staff_id), absent: list(absent.map(name)), group, n: priority_order })
    : t("cover.nobody", { absent: list(absent.map(name)), group });
  return [covered, ...passed_over.map(({ staff_id: id, reason }) => t("cover.passed", { who: name(id), why: t(`cover.why.${reason}`) }))].join(" ");
}

/** What a cell is, in a sentence, for screen readers. @param {RosterState} state @param {import("../lib/kinds.js").Row} person @param {string} day @param {Mark | undefined} mark */
export function sentenceOf(state, person, day, mark) {
  const symbol = state.symbol(person.id, day);
  const shift = state.shifts.find((one) => one.symbol === symbol);
  return [
    `${person.name || person.id}, ${say(day, "day")}: ${shift?.name ?? symbol ?? t("cell.empty")}`,
    state.pins[person.id]?.[day] && t("cell.pinned"),
    ...(mark?.words ?? []),
  ].filter(Boolean).join(". ");
}
