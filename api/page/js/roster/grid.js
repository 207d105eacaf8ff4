/** The table of names and dates. It is built once for a set of people and dates; after that only cells that differ are touched. */

import { fill, h } from "../lib/dom.js";
import { say, weekday } from "../lib/dates.js";
import { number, t } from "../lib/i18n.js";
import { at, marksOf } from "./marks.js";

/** @typedef {import("./state.js").RosterState} RosterState */

const FEW = ["sun", "", "", "", "", "", "sat"];

export class Grid {
  /** @type {HTMLTableElement} */ table;
  /** @type {Map<string, HTMLTableCellElement>} */ #cells = new Map();
  /** @type {Map<string, string>} */ #painted = new Map();
  /** @type {Map<string, HTMLElement>} */ #heads = new Map();
  /** @type {import("../lib/kinds.js").Row[]} */ staff = [];
  /** @type {string[]} */ days = [];
  marks = { cells: new Map(), people: new Map(), dates: new Map() };
  #built = "";
  /** @type {any[]} what the marks were made of */ #marked = [];
  /** @type {Map<string, import("./symbols.js").Shift>} */ #looks = new Map();

  /** @param {RosterState} state @param {Map<string, string>} holidays date → name */
  constructor(state, holidays) {
    this.state = state;
    this.holidays = holidays;
    this.table = h("table.grid", { role: "grid" });
  }

  /** @param {string} staff @param {string} day */
  cell(staff, day) {
    return this.#cells.get(at(staff, day));
  }

  /** Draw what differs. */
  draw() {
    this.staff = this.state.staff;
    this.days = this.state.days;
    const built = JSON.stringify([document.documentElement.lang, this.staff.map(({ id, name, status, employed_from, employed_until }) => [id, name, status, employed_from, employed_until]),
      this.days[0], this.days.length, this.state.shifts.map(({ symbol }) => symbol), [...this.holidays.keys()], this.state.house.active("calendar").map(({ id, rule }) => id + rule)]);
    if (built !== this.#built) this.#build();
    const { verdict, conflicts } = this.state;
    if (this.#marked[0] !== verdict || this.#marked[1] !== conflicts || built !== this.#built) {
      this.marks = marksOf(this.state);
      this.#paintHeads();
    }
    this.#marked = [verdict, conflicts];
    this.#built = built;
    this.#looks = new Map(this.state.shifts.map((shift) => [shift.symbol, shift]));
    let painted = false;
    for (const { id } of this.staff) for (const day of this.days) painted = this.#paint(id, day) || painted;
    if (painted) this.#sums();
  }

  #build() {
    this.#cells.clear();
    this.#painted.clear();
    this.#heads.clear();
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.closest("td")?.dataset.at : null;
    this.table.style.setProperty("--days", String(this.days.length));
    this.table.style.setProperty("--people", String(this.staff.length));
    this.table.setAttribute("aria-label", t("roster.label", { from: say(this.days[0], "full"), to: say(/** @type {string} */ (this.days.at(-1)), "full") }));
    const calendar = new Map(this.state.house.active("calendar").map(({ id, rule }) => [id, rule]));
    const classes = this.days.map((day) => dayClass(day, this.holidays, calendar));
    fill(this.table,
      h("thead", null, h("tr", null, h("th.corner", { scope: "col" }, h("span.unseen", null, t("roster.name"))), this.days.map((day, i) => this.#dateHead(day, classes[i], calendar)),
        SUMS.map(({ id }) => h("th.sum", { scope: "col", title: t(`sum.${id}`) }, t(`sum.${id}.short`))))),
      h("tbody", null, this.staff.map((person) => this.#row(person, classes))),
      h("tfoot", null, FEET.map(({ id }) => h("tr", { dataset: { foot: id } }, h("th", { scope: "row" }, t(`foot.${id}`)),
        this.days.map((day, i) => h("td", { class: classes[i], dataset: { day } })), SUMS.map(() => h("td.sum"))))));
    const first = this.table.querySelector("td.cell");
    if (first) /** @type {HTMLElement} */ (first).tabIndex = 0;
    if (focused) /** @type {HTMLElement | null} */ (this.table.querySelector(`td[data-at="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {string} day @param {string} name @param {Map<string, string>} calendar */
  #dateHead(day, name, calendar) {
    const holiday = this.holidays.get(day);
    const rule = calendar.get(day);
    const words = [say(day, "full"), holiday, rule && t(`day.${rule}`)].filter(Boolean).join(" · ");
    const first = day.endsWith("-01") || day === this.days[0];
    const head = h("th.date", { scope: "col", class: name, dataset: { day, tip: words }, "aria-label": words, abbr: say(day, "short") },
      h("span.month", null, first ? say(day, "short").split(/[/月]/)[0] + (document.documentElement.lang === "ja" ? "月" : "") : ""),
      h("span.number", null, Number(day.slice(8))), h("span.weekday", null, say(day, "weekday").slice(0, document.documentElement.lang === "ja" ? 1 : 2)));
    this.#heads.set(day, head);
    return head;
  }

  /** @param {import("../lib/kinds.js").Row} person @param {string[]} classes */
  #row(person, classes) {
    const { id, name, status, employed_from: from, employed_until: until } = person;
    const head = h("th.name", { scope: "row" }, h("span", null, name || id), status && h("small", null, status));
    this.#heads.set(id, head);
    return h("tr", { dataset: { staff: id } }, head, this.days.map((day, i) => {
      if ((from && day < from) || (until && day > until)) return h("td.out", { class: classes[i], "aria-label": t("cell.out") });
      const cell = h("td.cell", { role: "gridcell", tabIndex: -1, class: classes[i], dataset: { at: at(id, day), staff: id, day } });
      this.#cells.set(at(id, day), cell);
      return cell;
    }), SUMS.map(() => h("td.sum")));
  }

  /** Paint a cell if it looks different now; tells whether it did. @param {string} staff @param {string} day */
  #paint(staff, day) {
    const key = at(staff, day);
    const cell = this.#cells.get(key);
    if (!cell) return false;
    const { state } = this;
    const symbol = state.symbol(staff, day) ?? "";
    const mark = this.marks.cells.get(key);
    const before = state.compared?.schedule[staff]?.[day];
    const asked = state.layer?.cells[staff];
    let flags = state.pins[staff]?.[day] === undefined ? "" : "pin";
    if (mark?.cover) flags += " cover";
    if (mark?.severity) flags += ` ${mark.severity}`;
    if (before !== undefined && before !== symbol) flags += " moved";
    if (asked) flags += ` layer-${asked[day]?.mark ?? "asked"}`;
    const painted = `${symbol}|${flags}`;
    if (this.#painted.get(key) === painted) return false;
    this.#painted.set(key, painted);
    if (cell.textContent !== symbol) cell.textContent = symbol;
    cell.dataset.look = this.#looks.get(symbol)?.look ?? "";
    cell.dataset.flags = flags.trim();
    return true;
  }

  #paintHeads() {
    for (const [key, head] of this.#heads) {
      const mark = this.marks.dates.get(key) ?? this.marks.people.get(key);
      head.dataset.flags = mark?.severity ?? "";
    }
  }

  #sums() {
    const rows = /** @type {HTMLTableRowElement[]} */ ([...this.table.tBodies[0].rows]);
    const foot = FEET.map(() => new Map());
    for (const row of rows) {
      const staff = /** @type {string} */ (row.dataset.staff);
      const sums = SUMS.map(() => 0);
      for (const day of this.days) {
        const one = this.#looks.get(this.state.symbol(staff, day) ?? "");
        if (!one) continue;
        const cover = this.marks.cells.get(at(staff, day))?.cover ?? false;
        SUMS.forEach(({ of }, i) => (sums[i] += of(one, cover)));
        FEET.forEach(({ of }, i) => foot[i].set(day, (foot[i].get(day) ?? 0) + of(one, cover)));
      }
      SUMS.forEach((_, i) => write(row.cells[row.cells.length - SUMS.length + i], sums[i]));
    }
    FEET.forEach((_, i) => {
      const row = /** @type {HTMLTableSectionElement} */ (this.table.tFoot).rows[i];
      this.days.forEach((day, column) => write(row.cells[column + 1], foot[i].get(day) ?? 0));
    });
  }
}

/** @param {HTMLElement} cell @param {number} value */
function write(cell, value) {
  const text = value ? number(value) : "";
  if (cell.textContent !== text) cell.textContent = text;
}

/** @typedef {(shift: import("./symbols.js").Shift, cover: boolean) => number} Count */
/** @type {{ id: string, of: Count }[]} */
const SUMS = [
  { id: "off", of: ({ off_equivalent }) => off_equivalent },
  { id: "work", of: ({ kind }) => Number(kind === "work") },
  { id: "cover", of: (_, cover) => Number(cover) },
];
/** @type {{ id: string, of: Count }[]} */
const FEET = [
  { id: "work", of: ({ kind }) => Number(kind === "work") },
  { id: "off", of: ({ kind }) => Number(kind === "off") },
];

/** @param {string} day @param {Map<string, string>} holidays @param {Map<string, string>} calendar */
function dayClass(day, holidays, calendar) {
  const closed = calendar.get(day) === "must_day_off" ? "closed" : calendar.get(day) === "must_work" ? "allhands" : "";
  return [holidays.has(day) ? "sun" : FEW[weekday(day)], weekday(day) === 0 ? "before-monday" : "", closed].filter(Boolean).join(" ");
}
