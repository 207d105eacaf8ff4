/** The strip that shows a solve getting better, and stops it. */

import { fill, h, icon } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { legend, plot } from "./plot.js";
import { wishes } from "./solving.js";

/** @param {HTMLElement} root @param {import("./solving.js").Solving} solving */
export function drawProgress(root, solving) {
  const { job, points } = solving;
  root.hidden = !solving.running;
  if (!solving.running) return fill(root);
  const gap = job && job.objective !== null && job.bound !== null ? (job.objective === 0 ? 0 : (job.objective - job.bound) / job.objective) : null;
  const figure = (/** @type {string} */ name, /** @type {string} */ value) => h("div.figure", null, h("dt", null, name), h("dd.figures", null, value));
  fill(root,
    h("div.stack.tight", null, h("h2", null, phase(solving)), legend()),
    plot(points, wishes.get().time_limit),
    h("dl.row", null,
      figure(t("solve.objective"), job?.objective == null ? "—" : number(job.objective)),
      figure(t("solve.bound"), job?.bound == null ? "—" : number(job.bound)),
      figure(t("solve.gap"), gap === null ? "—" : number(gap, { style: "percent", maximumFractionDigits: 1 })),
      figure(t("solve.elapsed"), job?.elapsed == null ? "—" : t("seconds", { n: number(job.elapsed, { maximumFractionDigits: 0 }) }))),
    h("button.button", { disabled: solving.stopping || !job, onclick: () => solving.stop().catch(() => {}), dataset: { name: "stop" } }, icon("stop"),
      t(solving.stopping ? "solve.stopping" : job?.objective == null ? "solve.stop" : "solve.stop.keep")));
  return undefined;
}

/** @param {import("./solving.js").Solving} solving */
function phase({ job }) {
  if (!job || job.status === "QUEUED") return t("solve.queued");
  if (job.phase === "explain" || job.phase === "relax") return t(`solve.phase.${job.phase}`);
  return t(job.objective === null ? "solve.searching" : "solve.improving");
}
