/** "Who can stand in?": if this person is off that day, who comes, at what cost, and why the others cannot. */

import { json } from "../lib/api.js";
import { humane } from "../lib/dates.js";
import { h } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { sentence } from "../lib/problem.js";
import { pin } from "./editing.js";

/** @typedef {import("./state.js").RosterState} RosterState @typedef {import("./selection.js").Cell} Cell */
/** @typedef {{ staff_id: string, date: string, from: string, to: string }} Change */

/** @param {RosterState} state @param {Cell} cell @param {(content: any) => void} show */
export async function standIns(state, { staff, day }, show) {
  show(h("p.quiet", { role: "status" }, t("standin.asking")));
  try {
    const answer = await json("POST", "/suggest/cover", { problem: state.problem(), schedule: state.schedule, staff_id: staff, dates: [day], limit: 6 });
    const { symbol, options } = answer.dates[0];
    show([h("p.quiet.small", null, t("standin.if", { who: state.house.called("staff", staff), symbol })),
      options.map((/** @type {any} */ option) => drawn(state, option))]);
  } catch (error) {
    show(h("p.hard", null, sentence(error)));
  }
}

/** @param {RosterState} state @param {{ staff_id: string | null, rank: number, works: boolean, changes: Change[], penalty: number, new_violations: any[], message: string, why: string | null }} option */
function drawn(state, { staff_id, works, changes, penalty, new_violations, message }) {
  const name = (/** @type {string} */ id) => state.house.called("staff", id);
  const whole = humane(message);
  const words = whole.slice(whole.search(/[:：]/) + 1).trim(); // the day stands above
  const who = works ? "" : staff_id ? name(staff_id) : t("standin.nobody");
  const take = () => pin(state, changes.map(({ staff_id, date, to }) => ({ staff: staff_id, day: date, symbol: to })));
  const hard = new_violations.filter(({ severity }) => severity === "hard");
  const broken = hard.length;
  return h("div.option", { class: works ? "" : "cannot" },
    h("div.row.apart", null, h("span", null, who && !words.startsWith(who) && [h("b", null, who), " "], words),
      works && h("span.figures", { class: broken ? "hard" : penalty > 0 ? "soft" : "good" }, broken ? t("why.hard") : penalty > 0 ? t("why.dearer", { n: number(penalty) }) : t("why.same"))),
    works && broken > 0 && h("ul.words", null, hard.slice(0, 2).map((one) => h("li", null, humane(one.message)))),
    works && changes.length > 0 && h("div.row", null,
      changes.map(({ staff_id, from, to }) => h("span.tag", null, `${name(staff_id)} ${from} → ${to}`)),
      h("button.button", { onclick: take }, t("standin.take"))));
}
