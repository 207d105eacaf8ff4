/** Moving and selecting in the grid: arrow keys, Home, End, Shift for a range, a drag with the mouse. One cell is in the tab order. */

import { Emitter } from "../lib/emitter.js";

/** @typedef {{ staff: string, day: string }} Cell */

/** Tells `moved` (the cell with the focus), `range`. */
export class Selection extends Emitter {
  /** @type {Cell | null} */ active = null;
  /** @type {Cell | null} */ anchor = null;
  #dragging = false;
  /** @type {Set<Element>} */ #drawn = new Set();

  /** @param {import("./grid.js").Grid} grid */
  constructor(grid) {
    super();
    this.grid = grid;
    const { table } = grid;
    table.addEventListener("focusin", (event) => this.#focused(event));
    table.addEventListener("pointerdown", (event) => this.#pressed(event));
    table.addEventListener("pointerover", (event) => this.#over(event));
    this.lifted = () => (this.#dragging = false);
    addEventListener("pointerup", this.lifted);
  }

  close() {
    removeEventListener("pointerup", this.lifted);
  }

  /** Every cell of the range that somebody is employed in. @returns {Cell[]} */
  get cells() {
    const box = this.box;
    if (!box) return [];
    const { staff, days } = this.grid;
    return staff.slice(box.top, box.bottom + 1).flatMap(({ id }) => days.slice(box.left, box.right + 1).map((day) => ({ staff: id, day })))
      .filter((one) => this.grid.cell(one.staff, one.day));
  }

  get box() {
    if (!this.active) return null;
    const [a, b] = [this.#place(this.active), this.#place(this.anchor ?? this.active)];
    return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.column, b.column), right: Math.max(a.column, b.column) };
  }

  /** Whether a key moved something. @param {KeyboardEvent} event */
  key(event) {
    if (!this.active) return false;
    const place = this.#place(this.active);
    const last = this.grid.days.length - 1;
    const whole = event.ctrlKey || event.metaKey;
    const step = /** @type {Record<string, () => [number, number]>} */ ({
      ArrowUp: () => [whole ? 0 : place.row - 1, place.column],
      ArrowDown: () => [whole ? this.grid.staff.length - 1 : place.row + 1, place.column],
      ArrowLeft: () => [place.row, whole ? 0 : place.column - 1],
      ArrowRight: () => [place.row, whole ? last : place.column + 1],
      Home: () => [whole ? 0 : place.row, 0],
      End: () => [whole ? this.grid.staff.length - 1 : place.row, last],
      PageUp: () => [place.row, place.column - 7],
      PageDown: () => [place.row, place.column + 7],
    })[event.key];
    if (!step) return false;
    this.#go(...step(), event.shiftKey, place);
    return true;
  }

  /** Give a cell the focus. @param {Cell} cell */
  focus({ staff, day }) {
    const cell = this.grid.cell(staff, day);
    cell?.focus();
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** One cell on, as after writing. @param {number} rows @param {number} columns */
  step(rows, columns) {
    if (!this.active) return;
    const place = this.#place(this.active);
    this.#go(place.row + rows, place.column + columns, false, place);
  }

  /** @param {Cell} cell */
  #place({ staff, day }) {
    return { row: this.grid.staff.findIndex(({ id }) => id === staff), column: this.grid.days.indexOf(day) };
  }

  /** @param {number} row @param {number} column @param {boolean} extend @param {{ row: number, column: number }} from */
  #go(row, column, extend, from) {
    const { staff, days } = this.grid;
    row = Math.max(0, Math.min(staff.length - 1, row));
    column = Math.max(0, Math.min(days.length - 1, column));
    const [down, right] = [Math.sign(row - from.row), Math.sign(column - from.column)];
    while (staff[row] && days[column] && !this.grid.cell(staff[row].id, days[column])) { // skip days without employment
      row += down;
      column += right;
      if ((!down && !right) || !staff[row] || !days[column]) return;
    }
    const anchor = extend ? (this.anchor ?? this.active) : null;
    this.focus({ staff: staff[row].id, day: days[column] });
    this.anchor = anchor;
    this.draw();
  }

  /** @param {Event} event */
  #focused(event) {
    const cell = cellOf(event.target);
    if (!cell) return;
    this.grid.table.querySelector('td[tabindex="0"]')?.setAttribute("tabindex", "-1");
    this.grid.table.querySelector(`td[data-at="${CSS.escape(`${cell.staff} ${cell.day}`)}"]`)?.setAttribute("tabindex", "0");
    this.active = cell;
    if (!this.#dragging) this.anchor = null;
    this.draw();
    this.emit("moved", cell);
  }

  /** @param {PointerEvent} event */
  #pressed(event) {
    const cell = cellOf(event.target);
    if (!cell || event.button !== 0 || event.pointerType === "touch") return;
    if (event.shiftKey && this.active) {
      event.preventDefault();
      this.anchor = cell;
      this.draw();
    } else this.#dragging = true;
  }

  /** @param {PointerEvent} event */
  #over(event) {
    const cell = this.#dragging && cellOf(event.target);
    if (!cell || !this.active || (cell.staff === this.active.staff && cell.day === this.active.day && !this.anchor)) return;
    this.anchor = cell;
    getSelection()?.removeAllRanges();
    this.draw();
  }

  draw() {
    const wanted = new Set(this.anchor ? this.cells.map(({ staff, day }) => /** @type {Element} */ (this.grid.cell(staff, day))) : []);
    for (const cell of this.#drawn) if (!wanted.has(cell)) cell.removeAttribute("aria-selected");
    for (const cell of wanted) cell.setAttribute("aria-selected", "true");
    this.#drawn = wanted;
    this.emit("range");
  }
}

/** @param {EventTarget | null} target @returns {Cell | null} */
export function cellOf(target) {
  const cell = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("td.cell")) : null;
  return cell ? { staff: /** @type {string} */ (cell.dataset.staff), day: /** @type {string} */ (cell.dataset.day) } : null;
}
