/** What symbols and marks mean: below the grid, and on the printed sheet. */

import { fill, h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @param {HTMLElement} root @param {import("./state.js").RosterState} state */
export function drawLegend(root, state) {
  const drawn = [document.documentElement.lang, ...state.shifts.flatMap(({ symbol, name, look }) => [symbol, name, look])].join("|");
  if (root.dataset.drawn === drawn) return;
  root.dataset.drawn = drawn;
  fill(root,
    state.shifts.map(({ symbol, name, look }) => h("li", null, h("b.glyph", { dataset: { look } }, symbol), name)),
    ["pin", "cover", "hard", "soft"].map((mark) => h("li", null, h("i", { dataset: { flags: mark } }), t(`mark.${mark}`))));
}
