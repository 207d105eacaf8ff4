/** The symbols of a restaurant: what each is for, how it looks, and which key writes it. */

import { kindsOf } from "../lib/symbols.js";

/**
 * `look` names the style (normal, early, late, off, away, other); `key` what to press.
 * @typedef {{ symbol: string, name: string, kind: "work" | "off" | "away", role: string | null, look: string, key: string, off_equivalent: number }} Shift
 */

const LOOKS = new Set(["normal", "early", "late", "off", "away"]);
const STANDARD = new Set(["○", "△", "◇", "×", "⊘"]);
/** Characters typed or pasted for a symbol, by its role. */
const TYPED = /** @type {Record<string, string>} */ ({
  normal: "〇◯oO0⚪⭕", early: "▲▵∆Δ", late: "◆⋄♢⬦", off: "✕✖xXхХ⨯╳❌Ｘｘ", away: "∅Ø⦸",
});

/** @param {import("../lib/house.js").House} house @returns {Shift[]} */
export function shiftsOf(house) {
  return kindsOf(house).map((type, i) => ({
    ...type,
    role: type.role ?? null,
    name: type.label || type.symbol,
    off_equivalent: type.off_equivalent ?? (type.kind === "off" ? 1 : 0),
    look: LOOKS.has(type.role ?? "") ? /** @type {string} */ (type.role) : type.kind === "work" ? "other" : type.kind,
    key: i < 9 ? String(i + 1) : "",
  }));
}

/**
 * Find the symbol somebody typed or pasted; null for an empty cell, undefined where there is no telling.
 * @param {Shift[]} shifts @param {string} text
 */
export function read(shifts, text) {
  const plain = text.normalize("NFC").trim().replace(/[\ufe0e\ufe0f]/g, "");
  if (plain === "") return null;
  const folded = (/** @type {string} */ one) => one.normalize("NFKC").toLowerCase();
  return (
    shifts.find(({ symbol }) => symbol === plain) ??
    shifts.find(({ role, symbol }) => role && STANDARD.has(symbol) && TYPED[role]?.includes(plain)) ??
    shifts.find(({ symbol }) => folded(symbol) === folded(plain))
  )?.symbol;
}

/** The symbol a key writes: its number, itself, or a letter that looks like it. @param {Shift[]} shifts @param {string} key */
export const ofKey = (shifts, key) => shifts.find((one) => one.key === key)?.symbol ?? (key.length === 1 && !/\d/.test(key) ? (read(shifts, key) ?? undefined) : undefined);
