/** The roster panel. */

import { fill, h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house }) {
  const draw = () => {
    const staff = house.active("staff");
    fill(root, h("div.panel", null, staff.length ? h("ul", null, staff.map(({ name, id }) => h("li", null, name || id))) : h("p", null, t("roster.empty"))));
  };
  draw();
  return house.on("change", draw);
}
