/** What can be done with a cell, or with a range of them: write a symbol, free it, ask about it. */

import { h, icon } from "../lib/dom.js";
import { openPopover } from "../lib/dialog.js";
import { say } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { pin } from "./editing.js";
import { askFreeDays } from "./layer.js";
import { at } from "./marks.js";
import { standIns } from "./standin.js";
import { ofKey } from "./symbols.js";
import { whyThis } from "./why.js";

/**
 * @param {import("./state.js").RosterState} state
 * @param {import("./grid.js").Grid} grid
 * @param {import("./selection.js").Selection} selection
 */
export function openCard(state, grid, selection) {
  const { cells, active } = selection;
  if (!active || !cells.length) return;
  const cell = /** @type {HTMLElement} */ (grid.cell(active.staff, active.day));
  const one = cells.length === 1;
  const name = state.house.called("staff", active.staff);
  const title = one ? `${name} · ${say(active.day, "day")}` : t("card.range", { n: cells.length });
  const now = one ? state.symbol(active.staff, active.day) : null;
  const pinned = cells.some(({ staff, day }) => state.pins[staff]?.[day] !== undefined);
  const write = (/** @type {string | null} */ symbol) => {
    opened.close();
    pin(state, cells.map((each) => ({ ...each, symbol })));
  };
  const symbols = h("div.symbols", { role: "group", "aria-label": t("card.write") }, state.shifts.map(({ symbol, name: called, look, key }) =>
    h("button.symbol", { dataset: { look, symbol }, "aria-pressed": String(symbol === now), "aria-label": `${called} ${symbol}`, "aria-keyshortcuts": key, onclick: () => write(symbol) },
      h("b", null, symbol), h("span", null, called), h("kbd", null, key))));
  const words = one ? (grid.marks.cells.get(at(active.staff, active.day))?.words ?? []) : [];
  const ask = (/** @type {any} */ shape, /** @type {string} */ text, /** @type {() => void} */ run, /** @type {string} */ id) =>
    h("button", { onclick: run, dataset: { ask: id } }, icon(shape), h("span", null, text));
  const back = () => (opened.close(), openCard(state, grid, selection));
  const button = (/** @type {string} */ words, /** @type {any} */ shape, /** @type {() => void} */ run) =>
    h("button.button.plain.icon", { "aria-label": t(words), title: t(words), onclick: run }, icon(shape));
  const head = (/** @type {any[]} */ ...parts) => h("header", null, parts, button("close", "close", () => opened.close()));
  const replace = (/** @type {any} */ answer) => {
    const leave = button("card.back", "left", back);
    opened.replace([head(leave, h("h3.grow", null, title)), h("div.answer", null, answer)]);
    leave.focus({ preventScroll: true });
  };
  const known = one && state.schedule !== null;
  const content = h("div", { onkeydown: (/** @type {KeyboardEvent} */ event) => keys(event, write) },
    head(h("h3.grow", null, title), one && state.pins[active.staff]?.[active.day] !== undefined && h("span.tag", null, icon("pin"), t("cell.pinned"))),
    symbols,
    words.length > 0 && h("ul.words", null, words.map((sentence) => h("li", null, sentence))),
    h("div.menu", null,
      pinned && ask("close", t("card.free"), () => write(null), "free"),
      known && ask("help", t("card.why"), () => whyThis(state, active, replace), "why"),
      known && ask("people", t("card.standin", { who: name }), () => standIns(state, active, replace), "standin"),
      one && ask("calendar", t("card.free.days", { who: name }), () => (opened.close(), askFreeDays(state, active.staff)), "free-days")));
  const opened = openPopover(cell, content, { label: title, class: "card-popover", focus: false });
  const first = /** @type {HTMLElement | null} */ (content.querySelector('[aria-pressed="true"]') ?? content.querySelector(".symbols button"));
  first?.focus({ preventScroll: true });

  /** @param {KeyboardEvent} event @param {(symbol: string | null) => void} put */
  function keys(event, put) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = /** @type {HTMLElement[]} */ ([...content.querySelectorAll("button")]);
    const index = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })[event.key];
    if (step && index >= 0) {
      event.preventDefault();
      buttons[(index + step + buttons.length) % buttons.length].focus();
    } else if (event.key === "Delete" || event.key === "Backspace") put(null);
    else {
      const symbol = ofKey(state.shifts, event.key);
      if (symbol) {
        event.preventDefault();
        put(symbol);
      }
    }
  }
}
