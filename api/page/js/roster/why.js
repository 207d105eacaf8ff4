/** "Why this symbol?": what each other symbol would cost, were only this cell changed, and what it would break. */

import { json } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { sentence } from "../lib/problem.js";
import { pin } from "./editing.js";

/** @typedef {import("./state.js").RosterState} RosterState @typedef {import("./selection.js").Cell} Cell */

/** @param {RosterState} state @param {Cell} cell @param {(content: any) => void} show */
export async function whyThis(state, cell, show) {
  show(h("p.quiet", { role: "status" }, t("why.asking")));
  try {
    const rows = await costs(state, cell);
    show(rows.map((row) => option(state, cell, row)));
  } catch (error) {
    show(h("p.hard", null, sentence(error)));
  }
}

/** @typedef {{ symbol: string, name: string, look: string, hard: number, soft: number, words: string[], now: boolean }} Option */

/** @param {RosterState} state @param {Cell} cell @returns {Promise<Option[]>} */
async function costs(state, { staff, day }) {
  const schedule = /** @type {import("./problem.js").Schedule} */ (state.schedule);
  const problem = state.problem();
  delete problem.prefilled[staff]?.[day]; // the question is what the cell costs, not what it was told to be
  const judge = (/** @type {string} */ symbol) => json("POST", "/check", { problem, schedule: { ...schedule, [staff]: { ...schedule[staff], [day]: symbol } } });
  const now = schedule[staff][day];
  const before = await judge(now);
  const known = new Set(before.violations.map(said));
  const others = await Promise.all(state.shifts.map(async ({ symbol, name, look }) => {
    const { score, violations } = symbol === now ? before : await judge(symbol);
    return {
      symbol, name, look, now: symbol === now, hard: score.hard - before.score.hard, soft: score.soft - before.score.soft,
      words: violations.filter((/** @type {any} */ one) => one.severity !== "warning" && !known.has(said(one))).map((/** @type {any} */ { message }) => message),
    };
  }));
  return others.sort((a, b) => Number(b.now) - Number(a.now) || a.hard - b.hard || a.soft - b.soft);
}

/** @param {any} violation */
const said = ({ rule, path, message }) => `${rule} ${path} ${message}`;

/** @param {RosterState} state @param {Cell} cell @param {Option} option */
function option(state, cell, { symbol, name, look, hard, soft, words, now }) {
  const cost = now ? t("why.now") : hard > 0 ? t("why.hard") : soft === 0 && hard === 0 ? t("why.same") : soft > 0 ? t("why.dearer", { n: number(soft) }) : t("why.cheaper", { n: number(-soft) });
  return h("div.option", { dataset: { symbol } },
    h("div.row.apart", null, h("span.row", null, h("b.glyph", { dataset: { look } }, symbol), name), h("span.figures", { class: now ? "quiet" : hard > 0 ? "hard" : soft > 0 ? "soft" : "good" }, cost)),
    words.length > 0 && h("ul.words", null, words.slice(0, 4).map((one) => h("li", null, one)), words.length > 4 && h("li", null, t("more.n", { n: words.length - 4 }))),
    !now && h("button.button", { onclick: () => pin(state, [{ ...cell, symbol }]) }, t("why.pin", { symbol })));
}
