/** Who backs up whom: of each group its backups in order, with the dates they are in effect. */

import { go } from "../lib/router.js";
import { fill, h, icon, stateOf } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { chain } from "./chain.js";
import { openAssignment } from "./form.js";

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house, dates, rest }) {
  let later = 0;
  const draw = () => {
    clearTimeout(later);
    if (root.querySelector(".dragged")) return void (later = setTimeout(draw, 100)); // not under somebody's finger
    const kept = stateOf(root);
    const groups = house.active("staff_groups");
    fill(root, h("div.panel", null,
      h("header", null, h("div.stack.tight", null, h("h1", null, t("tab.backups")), h("p.quiet", null, t("backups.lead"))),
        groups.length > 0 && h("button.button.primary", { dataset: { name: "add-backup" }, onclick: () => openAssignment(house, {}) }, icon("plus"), t("backups.add"))),
      groups.length ? h("div.chains", null, groups.map((group) => chain(house, dates, group)))
        : h("div.card.stack", null, h("p", null, t("backups.no_groups")),
          h("p", null, h("button.button.primary", { onclick: () => go("staff", "groups") }, t("backups.make_group"))))));
    kept();
  };
  draw();
  if (rest[0]) root.querySelector(`[data-group="${CSS.escape(rest[0])}"]`)?.scrollIntoView({ block: "center" });
  const off = [
    house.on("change", (kinds) => ["staff", "staff_groups", "backup_assignments"].some((kind) => kinds.has(kind)) && draw()),
    dates.on("period", draw),
  ];
  return () => {
    clearTimeout(later);
    off.forEach((end) => end());
  };
}
