/** What the checker says of the roster, in sentences that lead to their cells; and who covers whom. */

import { humane, say } from "../lib/dates.js";
import { fill, h, icon } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { coverWords } from "./marks.js";

/** @typedef {import("./state.js").RosterState} RosterState @typedef {import("./state.js").Violation} Violation */

const FIRST = 12;

/** @param {HTMLElement} root @param {RosterState} state @param {(staff: string | undefined, day: string) => void} lead */
export function drawFindings(root, state, lead) {
  const { verdict } = state;
  if (!verdict) return fill(root);
  const found = verdict.violations.filter(({ severity }) => severity !== "warning");
  const told = [...verdict.violations.filter(({ severity }) => severity === "warning").map(({ message }) => humane(message)), ...verdict.warnings.map(({ message }) => humane(message))];
  fill(root,
    h("section.stack.tight", null, h("h2", null, t("findings.title"), " ", h("span.tag", { class: found.some(({ severity }) => severity === "hard") ? "hard" : found.length ? "soft" : "good" }, number(found.length))),
      found.length ? long(found, (one) => finding(one, lead)) : h("p.quiet", null, t("findings.none"))),
    h("section.stack.tight", null, h("h2", null, t("covers.title"), " ", h("span.tag", null, number(verdict.covers.length))),
      verdict.covers.length ? long(verdict.covers, (cover) => h("li", null,
        h("button.finding", { onclick: () => lead(cover.staff_id ?? cover.absent[0], cover.date) }, h("span.date.figures", null, say(cover.date, "day")), h("span", null, coverWords(state, cover)))))
        : h("p.quiet", null, t("covers.none"))),
    told.length > 0 && h("section.stack.tight", null, h("h2", null, t("warnings.title"), " ", h("span.tag", null, number(told.length))), long(told, (message) => h("li.quiet.small", null, message))));
  return undefined;
}

/** @template T @param {T[]} items @param {(item: T) => HTMLElement} draw */
function long(items, draw) {
  const rest = items.slice(FIRST);
  const shown = h("ul.findings", null, items.slice(0, FIRST).map(draw));
  if (rest.length) {
    const more = h("li", null, h("button.button.plain", { onclick: () => (more.remove(), shown.append(...rest.map(draw))) }, t("more.n", { n: rest.length })));
    shown.append(more);
  }
  return shown;
}

/** @param {Violation} violation @param {(staff: string | undefined, day: string) => void} lead */
function finding({ severity, message, penalty, staff_ids, dates }, lead) {
  return h("li", null, h("button.finding", { dataset: { severity }, onclick: () => lead(staff_ids[0], dates[0]) },
    icon(severity === "hard" ? "warning" : "live"), h("span.grow", null, humane(message)), h("span.figures.small", { class: severity }, severity === "hard" ? t("findings.hard") : `+${number(penalty)}`)));
}
