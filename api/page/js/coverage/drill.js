/** The absence drill: every single sick call tried against the roster the figures are of. */

import { json } from "../lib/api.js";
import { humane, say } from "../lib/dates.js";
import { fill, h } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";

/** @param {import("../lib/house.js").House} house @param {import("../lib/period.js").Dates} dates @param {AbortSignal} signal */
export function drillSection(house, dates, signal) {
  const result = h("div", { "aria-live": "polite" });
  /** @type {any} */
  let board = null;
  const run = async () => {
    button.disabled = true;
    fill(result, h("p.quiet", null, t("drill.running")));
    try {
      const last = board.rosters.at(-1);
      const kept = last && (await json("GET", `${house.path}/rosters/${encodeURIComponent(last.roster_id)}`, undefined, { signal }));
      const period = kept?.period ?? dates.period;
      const answer = await json("POST", `${house.path}/drill`, { problem: { period, options: { time_limit: 20 } }, ...(kept ? { schedule: kept.schedule } : {}) }, { signal });
      fill(result, figures(house, answer));
    } catch (error) {
      fill(result);
      report(error);
    }
    button.disabled = false;
  };
  const button = h("button.button", { dataset: { name: "drill" }, onclick: run }, t("drill.run"));
  return {
    draw: (/** @type {any} */ next) => {
      board = next;
      return h("section.card.stack", { "aria-labelledby": "drill-title" }, h("div.row.apart", null, h("h2", { id: "drill-title" }, t("drill.title")), button), h("p.small.quiet", null, t("drill.lead")), result);
    },
  };
}

/** @param {import("../lib/house.js").House} house @param {any} drill */
function figures(house, { share, tried, survived, failures, weakest }) {
  if (share === null) return h("p.quiet", null, t("drill.nothing"));
  const person = (/** @type {string} */ id) => house.called("staff", id);
  const group = (/** @type {string} */ id) => house.called("staff_groups", id);
  const worst = (/** @type {string} */ title, /** @type {any[]} */ rows, /** @type {(one: any) => string} */ name) =>
    rows.length > 0 && h("div", null, h("h3", null, title), h("ol", null, rows.map((one) => h("li.row.apart", null, h("span", null, name(one)), h("span.figures.quiet", null, number(one.failures))))));
  return h("div.stack", null,
    h("p", null, h("b.share.figures", null, number(Math.floor(share * 1000) / 1000, { style: "percent", maximumFractionDigits: 1 })), " ", t("drill.survived", { survived: number(survived), tried: number(tried) })),
    h("div.worst", null, worst(t("drill.people"), weakest.staff, (one) => person(one.staff_id)), worst(t("drill.dates"), weakest.dates, (one) => say(one.date, "day")), worst(t("drill.groups"), weakest.groups, (one) => group(one.group_id))),
    failures.length > 0 && h("details", null, h("summary", null, t("drill.failures", { n: failures.length })), h("ul.small.failures", null, failures.slice(0, 200).map((/** @type {any} */ one) => h("li", null, humane(one.message))))));
}
