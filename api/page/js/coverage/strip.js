/** One group's dates as a row of squares; each says who was absent and who covered. */

import { openPopover } from "../lib/dialog.js";
import { humane, say } from "../lib/dates.js";
import { h } from "../lib/dom.js";
import { has, list, t } from "../lib/i18n.js";

/** @typedef {import("../lib/house.js").House} House */

/** @param {House} house @param {any} group */
export function strip(house, group) {
  const name = group.name || group.group_id;
  return h("div.group", { role: "group", "aria-label": name },
    h("div.row.apart", null, h("h3", null, name),
      h("span.small.quiet.figures", null, t("coverage.of", { covered: group.covered_days, absent: group.absent_days }))),
    h("div.squares", null, group.days.map((/** @type {any} */ day) => square(house, day))));
}

/** @param {House} house @param {any} day */
function square(house, day) {
  const words = `${say(day.date, "day")}: ${sentence(house, day)}`;
  const open = (/** @type {MouseEvent} */ event) => openPopover(/** @type {HTMLElement} */ (event.currentTarget), details(house, day), { label: words });
  return h("button.square", { dataset: { state: day.state }, title: words, "aria-label": words, onclick: open }, day.state === "uncovered" ? "!" : Number(day.date.slice(8)));
}

/** @param {House} house @param {string[]} ids */
const names = (house, ids) => list(ids.map((id) => house.called("staff", id)));

/** @param {House} house @param {any} day */
function sentence(house, { state, absent, covers, message }) {
  if (message) return humane(message);
  if (state !== "covered") return t(`state.${state}`);
  return t("coverage.covered_by", { covers: names(house, covers.map((/** @type {any} */ one) => one.staff_id)), absent: names(house, absent) });
}

/** @param {House} house @param {any} day */
function details(house, day) {
  return h("div.stack.tight.details", null, h("b", null, say(day.date, "day")), h("p", null, sentence(house, day)),
    day.passed_over.length > 0 && [h("p.small.quiet", null, t("coverage.passed_over")),
      h("ul.small", null, day.passed_over.map((/** @type {any} */ one) => h("li", null, names(house, [one.staff_id]), ": ", reason(one))))]);
}

/** @param {any} one */
const reason = ({ reason: said, message }) => (message ? humane(message) : undefined) ?? (has(`reason.${said}`) ? t(`reason.${said}`) : said ?? "");
