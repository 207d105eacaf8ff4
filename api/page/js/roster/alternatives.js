/** Rosters about as good, side by side: each as a small picture, where it differs from the first, and a button to take it. */

import { fill, h, icon } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";

/** @typedef {import("./state.js").RosterState} RosterState */

/**
 * @param {HTMLElement} root @param {RosterState} state @param {any} result null takes them away
 * @param {{ look: (alternative: any) => void, take: (alternative: any) => void, leave: () => void }} act
 */
export function drawAlternatives(root, state, result, { look, take, leave }) {
  root.hidden = !result;
  if (!result) return fill(root);
  const { alternatives, distances } = result;
  const cards = alternatives.map((/** @type {any} */ one, /** @type {number} */ i) => h("article.alternative", { dataset: { n: i } },
    h("button.look", { "aria-pressed": String(i === 0), onclick: (/** @type {MouseEvent} */ event) => {
      for (const each of root.querySelectorAll(".look")) each.setAttribute("aria-pressed", String(each === event.currentTarget));
      look(one);
    } }, h("b", null, t("alternatives.n", { n: i + 1 })), picture(state, one.schedule, alternatives[0].schedule)),
    h("p.small.figures", null, one.score.hard > 0 && h("span.hard", null, `${t("status.hard", { n: number(one.score.hard) })} `), t("status.soft", { n: number(one.score.soft) }),
      i > 0 && ` · ${t("alternatives.apart", { n: distances[0][i] })}`),
    h("button.button", { onclick: () => take(one) }, t("alternatives.take"))));
  fill(root, h("header.row", null, h("h2", { tabIndex: -1 }, t("alternatives.title", { n: alternatives.length })), h("button.button.plain", { onclick: leave }, icon("close"), t("close"))),
    h("p.quiet.small", null, t("alternatives.kept")),
    h("div.alternatives", null, cards));
  look(alternatives[0]);
  return undefined;
}

/** Each cell a square in the symbol's colour, pale where it is as in the first. @param {RosterState} state @param {any} schedule @param {any} first */
function picture(state, schedule, first) {
  const { staff, days, shifts } = state;
  const size = Math.max(2, Math.min(8, Math.floor(300 / days.length)));
  const canvas = h("canvas", { width: days.length * size * 2, height: staff.length * size * 2, "aria-hidden": "true", style: { width: `${days.length * size}px`, height: `${staff.length * size}px` } });
  const drawing = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const style = getComputedStyle(document.documentElement);
  const colour = new Map(shifts.map(({ symbol, look }) => [symbol, style.getPropertyValue(look === "normal" ? "--line-2" : `--sym-${look}`)]));
  staff.forEach(({ id }, row) => days.forEach((day, column) => {
    const symbol = schedule[id]?.[day];
    if (!symbol) return;
    const [x, y, side] = [column * size * 2, row * size * 2, size * 2 - 1];
    drawing.fillStyle = colour.get(symbol) ?? "";
    drawing.globalAlpha = schedule !== first && symbol === first[id]?.[day] ? 0.2 : 0.9;
    drawing.fillRect(x, y, side, side);
  }));
  return canvas;
}
