/** Objective and bound over time: two steps that close in on each other. */

import { h } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";

const [WIDTH, HEIGHT, EDGE] = [260, 64, 4];
const SVG = "http://www.w3.org/2000/svg";

/** @param {import("./solving.js").Point[]} points @param {number} seconds the whole time allowed */
export function plot(points, seconds) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("class", "plot");
  svg.setAttribute("role", "img");
  const found = points.filter(({ objective }) => objective !== null);
  const last = points.at(-1);
  svg.setAttribute("aria-label", last?.objective == null ? t("solve.searching") : t("solve.figures", { objective: number(last.objective), bound: last.bound === null ? "—" : number(last.bound) }));
  if (!found.length || !last) return svg;
  const most = Math.max(...found.slice(-40).map(({ objective }) => Number(objective)), 1);
  const till = Math.max(last.elapsed, Math.min(seconds, last.elapsed * 1.5), 0.5);
  const x = (/** @type {number} */ elapsed) => EDGE + (WIDTH - 2 * EDGE) * (elapsed / till);
  const y = (/** @type {number} */ value) => HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * Math.min(1, Math.max(0, value) / most);
  for (const name of /** @type {const} */ (["bound", "objective"])) {
    const steps = points.filter((point) => point[name] !== null);
    if (!steps.length) continue;
    let path = `M${x(steps[0].elapsed)} ${y(Number(steps[0][name]))}`;
    for (const point of steps.slice(1)) path += `H${x(point.elapsed)}V${y(Number(point[name]))}`;
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", `${path}H${x(last.elapsed)}`);
    line.setAttribute("class", name);
    svg.append(line);
  }
  return svg;
}

/** What the two lines are. */
export const legend = () => h("p.legend.small.quiet", null, h("span.objective", null, t("solve.objective")), h("span.bound", null, t("solve.bound")));
