/** INFEASIBLE as a conversation: what cannot hold together, and for each way out a button that takes it and solves again. */

import { humane } from "../lib/dates.js";
import { fill, h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { applyPatch } from "./patch.js";

/** @typedef {import("./state.js").RosterState} RosterState */

/**
 * @param {HTMLElement} root @param {RosterState} state @param {any} result of the solve; null takes the talk away
 * @param {{ again: () => void, keep: (() => void) | null, lead: (staff: string | undefined, day: string) => void }} act
 */
export function drawTalk(root, state, result, { again, keep, lead }) {
  root.hidden = !result;
  if (!result) return fill(root);
  const take = (/** @type {any} */ repair) => async (/** @type {MouseEvent} */ event) => {
    for (const button of root.querySelectorAll("button")) button.disabled = true;
    try {
      await applyPatch(state.house, result.problem, repair.patch);
      again();
    } catch (error) {
      report(error);
      for (const button of root.querySelectorAll("button")) button.disabled = false;
      /** @type {HTMLElement} */ (event.target).focus?.();
    }
  };
  fill(root,
    h("header.row", null, icon("warning"), h("h2", { tabIndex: -1 }, t("talk.title")), keep && h("button.button", { onclick: keep }, t("talk.keep"))),
    h("div.columns", null,
      h("section.stack.tight", null, h("h3", null, t("talk.why")),
        h("ol.conflicts", null, result.conflicts.map((/** @type {any} */ conflict) => h("li", null, h("p", null, humane(conflict.message)),
          h("div.row", null, conflict.facts.filter((/** @type {any} */ { dates, staff_ids }) => dates.length && staff_ids.length).slice(0, 6).map((/** @type {any} */ { message, dates, staff_ids }) =>
            h("button.fact", { onclick: () => lead(staff_ids[0], dates[0]) }, humane(message))),
            !conflict.proved && h("span.tag", null, t("talk.unproved")))))),
        result.complete === false && h("p.quiet.small", null, t("talk.incomplete"))),
      h("section.stack.tight", null, h("h3", null, t("talk.repairs")),
        result.repairs.length === 0 && h("p.quiet", null, t("talk.no.repairs")),
        h("ul.stack.tight", null, result.repairs.map((/** @type {any} */ repair) => h("li", null,
          h("button.repair", { onclick: take(repair) }, h("span.grow", null, humane(repair.message)), repair.proved ? h("span.tag.good", null, icon("check"), t("talk.proved")) : h("span.tag", null, t("talk.unproved")))))))));
  return undefined;
}
