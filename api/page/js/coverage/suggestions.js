/** Who should become a backup of which group; one click accepts. */

import { humane } from "../lib/dates.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";

/** @param {import("../lib/house.js").House} house @param {any} candidates @param {() => void} accepted */
export function suggestionsSection(house, { groups }, accepted) {
  const shown = groups.map((/** @type {any} */ group) => ({ ...group, candidates: group.candidates.filter((/** @type {any} */ one) => one.rank !== null) }))
    .filter((/** @type {any} */ group) => group.candidates.length);
  return h("section.card.stack", { "aria-labelledby": "suggestions" }, h("h2", { id: "suggestions" }, t("suggest.title")), h("p.small.quiet", null, t("suggest.lead")),
    shown.length ? shown.map((/** @type {any} */ group) => h("div.stack.tight", null, h("h3", null, group.name || group.group_id),
      h("ol.candidates", null, group.candidates.map((/** @type {any} */ one) => candidate(house, group, one, accepted)))))
      : h("p.quiet", null, t("suggest.none")));
}

/** @param {import("../lib/house.js").House} house @param {any} group @param {any} one @param {() => void} accepted */
function candidate(house, group, one, accepted) {
  const name = house.called("staff", one.staff_id);
  const said = humane(one.message);
  const accept = () => {
    house.put("backup_assignments", one.assignment.id, one.assignment);
    toast(t("suggest.accepted", { name, group: group.name || group.group_id }), { label: t("undo"), run: () => house.history.undo() });
    accepted();
  };
  return h("li", null, h("span.grow.small", null, said.startsWith(name) ? [h("b", null, name), said.slice(name.length)] : said),
    h("button.button", { dataset: { name: `accept-${group.group_id}-${one.staff_id}` }, "aria-label": t("suggest.accept.whom", { name, group: group.name || group.group_id }), onclick: accept }, icon("plus"), t("suggest.accept")));
}
