/** The calendar: closed days, days on which everybody works, and public holidays. */

import { days, monthOf, plusMonths, say, today, weekday } from "../lib/dates.js";
import { fill, h, icon, stateOf } from "../lib/dom.js";
import { openForm } from "../lib/form.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { schemas } from "../lib/schema.js";
import { say as speak } from "../lib/toast.js";

/** @typedef {import("../lib/house.js").House} House */

const NEXT = /** @type {Record<string, string | null>} */ ({ "": "must_day_off", must_day_off: "must_work", must_work: null });
const MONTHS = 3;

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house, dates }) {
  let first = monthOf(dates.period.start).start;
  const draw = () => {
    const kept = stateOf(root);
    const rules = new Map(house.active("calendar").map((row) => [row.id, row.rule]));
    const step = (/** @type {number} */ months) => () => ((first = plusMonths(first, months)), draw());
    fill(root, h("div.panel", null,
      h("header", null, h("div.stack.tight", null, h("h1", null, t("tab.calendar")), h("p.quiet", null, t("calendar.lead"))),
        h("div.row", null,
          h("button.button.icon", { "aria-label": t("calendar.earlier"), dataset: { name: "earlier" }, onclick: step(-1) }, icon("left")),
          h("button.button.icon", { "aria-label": t("calendar.later"), dataset: { name: "later" }, onclick: step(1) }, icon("right")))),
      h("ul.legend", null, ["must_day_off", "must_work"].map((rule) => h("li", null, h(`i.day.${rule}`, { "aria-hidden": "true" }, mark(rule)), t(`enum.rule.${rule}`)))),
      h("div.months", null, Array.from({ length: MONTHS }, (_, i) => month(house, plusMonths(first, i), rules, dates.period))),
      holidays(house)));
    kept();
  };
  draw();
  return house.on("change", (kinds) => (kinds.has("calendar") || kinds.has("rules")) && draw());
}

/** A shape beside the colour. @param {string | undefined} rule */
const mark = (rule) => (rule === "must_day_off" ? "—" : rule === "must_work" ? "!" : "");

/** @param {House} house @param {string} start @param {Map<string, string>} rules @param {import("../lib/period.js").Period} period */
function month(house, start, rules, period) {
  const all = days(start, monthOf(start).end);
  const before = (weekday(start) + 6) % 7;
  return h("section", { "aria-label": say(start, "month") },
    h("h2", null, say(start, "month")),
    h("div.days", null,
      ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map((one) => h("span.head", { "aria-hidden": "true" }, t(`week.${one}.short`))),
      all.map((day, i) => cell(house, day, rules.get(day), i === 0 ? before + 1 : null, period))));
}

/** @param {House} house @param {string} day @param {string | undefined} rule @param {number | null} column @param {import("../lib/period.js").Period} period */
function cell(house, day, rule, column, period) {
  const words = rule ? t(`enum.rule.${rule}`) : t("calendar.ordinary");
  return h("button.day", {
    class: [rule, weekday(day) === 0 && "sunday", weekday(day) === 6 && "saturday", day === today() && "today", day >= period.start && day <= period.end && "looked-at"].filter(Boolean).join(" "),
    style: column ? { "grid-column": column } : {}, dataset: { name: `day-${day}`, day }, "aria-label": `${say(day, "day")}: ${words}`, title: words,
    onclick: () => change(house, day, rule ?? ""),
  }, h("span.figures", null, Number(day.slice(8))), h("small", { "aria-hidden": "true" }, mark(rule)));
}

/** @param {House} house @param {string} day @param {string} rule */
function change(house, day, rule) {
  const next = NEXT[rule];
  if (next) house.put("calendar", day, { rule: next });
  else house.remove("calendar", day);
  speak(`${say(day, "day")}: ${next ? t(`enum.rule.${next}`) : t("calendar.ordinary")}`);
}

/** @param {House} house */
function holidays(house) {
  const value = house.setting("holidays") ?? { country: "JP", rule: "none" };
  const open = async () => {
    try {
      const all = await schemas();
      openForm({ title: t("calendar.holidays"), schema: all.HolidayRule, all, house, value, save: (next) => house.put("rules", "holidays", { value: { ...value, ...next } }) });
    } catch (error) {
      report(error);
    }
  };
  return h("section.card.row.apart", null,
    h("div.stack.tight", null, h("h2", null, t("calendar.holidays")), h("p.quiet", null, t("calendar.holidays.are", { country: value.country, rule: t(`enum.rule.${value.rule}`) }))),
    h("button.button", { dataset: { name: "holidays" }, onclick: open }, t("edit")));
}
