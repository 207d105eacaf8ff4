/** "Why this symbol?": what each other symbol would cost, were only this cell changed, what it would break and mend. */

import { json } from "../lib/api.js";
import { humane } from "../lib/dates.js";
import { h } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { sentence } from "../lib/problem.js";
import { pin } from "./editing.js";

/** @typedef {import("./state.js").RosterState} RosterState @typedef {import("./selection.js").Cell} Cell */
/** @typedef {{ symbol: string, current: boolean, allowed: boolean, penalty: number, new_violations: { rule: string, message: string }[], gone_violations: { rule: string, message: string }[] }} Option */

const MOST = 4;

/** @param {RosterState} state @param {Cell} cell @param {(content: any) => void} show */
export async function whyThis(state, cell, show) {
  show(h("p.quiet", { role: "status" }, t("why.asking")));
  try {
    const problem = state.problem();
    delete problem.prefilled[cell.staff]?.[cell.day]; // the question is what the cell costs, not what it was told to be
    const { options } = await json("POST", "/explain/cell", { problem, schedule: state.schedule, staff_id: cell.staff, date: cell.day });
    show(options.map((/** @type {Option} */ one) => option(state, cell, one)));
  } catch (error) {
    show(h("p.hard", null, sentence(error)));
  }
}

/** @param {RosterState} state @param {Cell} cell @param {Option} option */
function option(state, cell, { symbol, current, allowed, penalty, new_violations, gone_violations }) {
  const { name = symbol, look = "other" } = state.shifts.find((one) => one.symbol === symbol) ?? {};
  const cost = current ? t("why.now") : !allowed ? t("why.hard") : penalty === 0 ? t("why.same") : penalty > 0 ? t("why.dearer", { n: number(penalty) }) : t("why.cheaper", { n: number(-penalty) });
  const words = [...new_violations.map(({ message }) => humane(message)), ...gone_violations.map(({ message }) => t("why.mends", { what: humane(message) }))];
  return h("div.option", { dataset: { symbol } },
    h("div.row.apart", null, h("span.row", null, h("b.glyph", { dataset: { look } }, symbol), name), h("span.figures", { class: current ? "quiet" : !allowed ? "hard" : penalty > 0 ? "soft" : "good" }, cost)),
    words.length > 0 && h("ul.words", null, words.slice(0, MOST).map((one) => h("li", null, one)), words.length > MOST && h("li", null, t("more.n", { n: words.length - MOST }))),
    !current && h("button.button", { onclick: () => pin(state, [{ ...cell, symbol }]) }, t("why.pin", { symbol })));
}
