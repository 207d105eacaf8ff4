/** The people and the groups they belong to. */

import { fill, h, stateOf } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { groupsSection } from "./groups.js";
import { peopleSection } from "./people.js";

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house, rest }) {
  const draw = () => {
    const kept = stateOf(root);
    fill(root, h("div.panel", null, h("header", null, h("h1", null, t("tab.staff"))), peopleSection(house), groupsSection(house)));
    kept();
  };
  draw();
  if (rest[0] === "groups") root.querySelector("[data-section=groups]")?.scrollIntoView();
  return house.on("change", (kinds) => (kinds.has("staff") || kinds.has("staff_groups")) && draw());
}
