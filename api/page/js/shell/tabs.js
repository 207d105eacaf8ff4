/** The tabs; on a phone they lie at the foot. */

import { fill, h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * @param {import("../lib/house.js").House | null} house
 * @param {{ id: string, label: string, icon: any }[]} panels
 * @param {string} current
 */
export function drawTabs(house, panels, current) {
  const nav = /** @type {HTMLElement} */ (document.getElementById("tabs"));
  const drawn = house ? `${document.documentElement.lang} ${current}` : "";
  if (nav.dataset.drawn === drawn) return;
  nav.dataset.drawn = drawn;
  nav.setAttribute("aria-label", t("tabs"));
  fill(nav, house && panels.map(({ id, label, icon: shape }) =>
    h("a", { href: `#${id}`, "aria-current": id === current ? "page" : null }, icon(shape), t(label))));
}
