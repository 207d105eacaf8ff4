/** Pinning cells: by key, by click, by paste; and what is copied. */

import { cellId } from "../lib/kinds.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { read } from "./symbols.js";

/** @typedef {import("./state.js").RosterState} RosterState @typedef {import("./selection.js").Cell} Cell */

/**
 * Pin cells to a symbol, or free them; one step of undo.
 * @param {RosterState} state @param {(Cell & { symbol: string | null })[]} cells
 */
export function pin({ house, pins }, cells) {
  house.together(() => {
    for (const { staff, day, symbol } of cells) {
      const now = pins[staff]?.[day] ?? null;
      if (now === symbol) continue;
      const id = cellId(staff, day);
      if (symbol === null) house.remove("prefilled", id);
      else house.put("prefilled", id, { staff_id: staff, date: day, symbol });
    }
  });
}

/** What a range holds, as tab-separated text. @param {RosterState} state @param {import("./grid.js").Grid} grid @param {import("./selection.js").Selection} selection */
export function copied(state, grid, selection) {
  const { box } = selection;
  if (!box) return "";
  return grid.staff.slice(box.top, box.bottom + 1)
    .map(({ id }) => grid.days.slice(box.left, box.right + 1).map((day) => state.symbol(id, day) ?? "").join("\t")).join("\n");
}

/**
 * Pin what was pasted, from the active cell on. A first column of names and a first row of dates, as in a spreadsheet with
 * heads, are recognised by what they say and find their own places. What cannot be read changes nothing at all.
 * @param {RosterState} state @param {import("./grid.js").Grid} grid @param {import("./selection.js").Selection} selection @param {string} text
 */
export function paste(state, grid, selection, text) {
  const rows = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const found = placed(state, grid, selection, rows);
  /** @type {(Cell & { symbol: string | null })[]} */
  const cells = [];
  const unread = new Set();
  for (const { staff, day, text: written } of found.cells) {
    const symbol = read(state.shifts, written);
    if (symbol === undefined) unread.add(written);
    else if (grid.cell(staff, day)) cells.push({ staff, day, symbol });
  }
  if (unread.size) return toast(t("paste.unread", { what: [...unread].slice(0, 5).join(" "), known: state.shifts.map(({ symbol }) => symbol).join(" ") }));
  if (!cells.length) return toast(t("paste.nothing"));
  pin(state, cells);
  return toast(t("paste.done", { n: cells.length }), { label: t("undo"), run: () => state.house.history.undo() });
}

/**
 * @param {RosterState} state @param {import("./grid.js").Grid} grid @param {import("./selection.js").Selection} selection @param {string[][]} rows
 * @returns {{ cells: (Cell & { text: string })[] }}
 */
function placed(state, grid, selection, rows) {
  const named = (/** @type {string} */ text) => grid.staff.find(({ id, name }) => text.trim() !== "" && (name === text.trim() || id === text.trim()));
  const heads = rows.some((row) => named(row[0]));
  if (!heads) {
    const { box } = selection;
    if (!box) return { cells: [] };
    const one = rows.length === 1 && rows[0].length === 1;
    if (one) return { cells: selection.cells.map((cell) => ({ ...cell, text: rows[0][0] })) };
    return { cells: rows.flatMap((row, i) => row.flatMap((text, j) => {
      const [person, day] = [grid.staff[box.top + i], grid.days[box.left + j]];
      return person && day ? [{ staff: person.id, day, text }] : [];
    })) };
  }
  const first = named(rows[0][0]) ? null : rows[0];
  const columns = rows[0].map((_, j) => (j === 0 ? null : first ? dateOf(grid.days, first[j]) : grid.days[j - 1]));
  return { cells: rows.slice(first ? 1 : 0).flatMap((row) => {
    const person = named(row[0]);
    return person ? row.flatMap((text, j) => (columns[j] ? [{ staff: person.id, day: /** @type {string} */ (columns[j]), text }] : [])) : [];
  }) };
}

/** A day of the period from a spreadsheet's head: 2026-12-24, 12/24, 24, 24日, 24 (Thu). @param {string[]} days @param {string} text */
function dateOf(days, text) {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  return days.find((day) => {
    const [year, month, date] = day.split("-").map(Number);
    if (numbers.length >= 3) return numbers[0] === year && numbers[1] === month && numbers[2] === date;
    if (numbers.length === 2) return numbers[0] === month && numbers[1] === date;
    return numbers[0] === date;
  }) ?? null;
}
