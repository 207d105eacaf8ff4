/** The shift types of a restaurant, with the words for them. */

import { has, t } from "./i18n.js";

/** @typedef {{ symbol: string, name?: string | null, kind: "work" | "off" | "away", role?: string | null, start?: string | null, minutes?: number | null, off_equivalent?: number }} ShiftType */

/** The set a restaurant has that never said otherwise. @type {ShiftType[]} */
const DEFAULTS = [
  { symbol: "○", name: "normal", kind: "work", role: "normal", start: "10:00", minutes: 480, off_equivalent: 0 },
  { symbol: "△", name: "early", kind: "work", role: "early", start: "06:00", minutes: 480, off_equivalent: 0.5 },
  { symbol: "◇", name: "late", kind: "work", role: "late", start: "14:00", minutes: 480, off_equivalent: 0 },
  { symbol: "×", name: "day off", kind: "off", role: "off", start: null, minutes: null, off_equivalent: 1 },
  { symbol: "⊘", name: "unavailable", kind: "away", role: "away", start: null, minutes: null, off_equivalent: 0 },
];

/** @param {import("./house.js").House} house @returns {(ShiftType & { label: string })[]} */
export function kindsOf(house) {
  const types = /** @type {ShiftType[]} */ (house.setting("shift_types") ?? DEFAULTS);
  return types.map((type) => ({ ...type, label: labelOf(type) }));
}

/** A type's name; those of the default set in the language spoken. @param {ShiftType} type */
function labelOf({ name, role }) {
  const standard = DEFAULTS.find((one) => one.role === role);
  if ((!name || name === standard?.name) && role && has(`role.${role}`)) return t(`role.${role}`);
  return name || "";
}
