/** The calendar: closed days, days on which everybody works, and public holidays. */

import { days, monthOf, plusMonths, say, today, weekday } from "../lib/dates.js";
import { fill, h, icon, stateOf } from "../lib/dom.js";
import { openForm } from "../lib/form.js";
import { holidaysOf } from "../lib/holidays.js";
import { language, t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { schemas } from "../lib/schema.js";
import { say as speak } from "../lib/toast.js";

/** @typedef {import("../lib/house.js").House} House */

const NEXT = /** @type {Record<string, string | null>} */ ({ "": "must_day_off", must_day_off: "must_work", must_work: null });
const MONTHS = 3;

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house, dates }) {
  let first = monthOf(dates.period.start).start;
  /** @type {Map<string, string>} */
  let named = new Map();
  const learn = async () => {
    const asked = first;
    const found = await holidaysOf(house, first, monthOf(plusMonths(first, MONTHS - 1)).end);
    if (asked !== first || !root.isConnected) return;
    named = found;
    draw();
  };
  const draw = () => {
    const kept = stateOf(root);
    const rules = new Map(house.active("calendar").map((row) => [row.id, row.rule]));
    const step = (/** @type {number} */ months) => () => ((first = plusMonths(first, months)), draw(), learn());
    fill(root, h("div.panel", null,
      h("header", null, h("div.stack.tight", null, h("h1", null, t("tab.calendar")), h("p.quiet", null, t("calendar.lead"))),
        h("div.row", null,
          h("button.button.icon", { "aria-label": t("calendar.earlier"), dataset: { name: "earlier" }, onclick: step(-1) }, icon("left")),
          h("button.button.icon", { "aria-label": t("calendar.later"), dataset: { name: "later" }, onclick: step(1) }, icon("right")))),
      h("ul.legend", null, ["must_day_off", "must_work"].map((rule) => h("li", null, h(`i.day.${rule}`, { "aria-hidden": "true" }, mark(rule)), t(`enum.rule.${rule}`)))),
      h("div.months", null, Array.from({ length: MONTHS }, (_, i) => month(house, plusMonths(first, i), rules, dates.period, named))),
      holidays(house)));
    kept();
  };
  draw();
  learn();
  return house.on("change", (kinds) => {
    if (kinds.has("calendar") || kinds.has("rules")) draw();
    if (kinds.has("rules")) learn();
  });
}

/** A shape beside the colour. @param {string | undefined} rule */
const mark = (rule) => (rule === "must_day_off" ? "—" : rule === "must_work" ? "!" : "");

/** @param {House} house @param {string} start @param {Map<string, string>} rules @param {import("../lib/period.js").Period} period @param {Map<string, string>} named holidays */
function month(house, start, rules, period, named) {
  const all = days(start, monthOf(start).end);
  const before = (weekday(start) + 6) % 7;
  return h("section", { "aria-label": say(start, "month") },
    h("h2", null, say(start, "month")),
    h("div.days", null,
      ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map((one) => h("span.head", { "aria-hidden": "true" }, t(`week.${one}.short`))),
      all.map((day, i) => cell(house, day, rules.get(day), i === 0 ? before + 1 : null, period, named.get(day)))));
}

/** @param {House} house @param {string} day @param {string | undefined} rule @param {number | null} column @param {import("../lib/period.js").Period} period @param {string | undefined} holiday */
function cell(house, day, rule, column, period, holiday) {
  const words = [holiday, rule ? t(`enum.rule.${rule}`) : !holiday && t("calendar.ordinary")].filter(Boolean).join(" · ");
  return h("button.day", {
    class: [rule, (holiday || weekday(day) === 0) && "sunday", !holiday && weekday(day) === 6 && "saturday", day === today() && "today", day >= period.start && day <= period.end && "looked-at"].filter(Boolean).join(" "),
    style: column ? { "grid-column": column } : {}, dataset: { name: `day-${day}`, day }, "aria-label": `${say(day, "day")}: ${words}`, title: words,
    onclick: () => change(house, day, rule ?? ""),
  }, h("span.figures", null, Number(day.slice(8))), h("small", { "aria-hidden": "true" }, mark(rule) || (holiday && h("span.holiday", null, holiday))));
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
    h("div.stack.tight", null, h("h2", null, t("calendar.holidays")), h("p.quiet", null, t("calendar.holidays.are", { country: new Intl.DisplayNames(language(), { type: "region" }).of(value.country), rule: t(`enum.rule.${value.rule}`) }))),
    h("button.button", { dataset: { name: "holidays" }, onclick: open }, t("edit")));
}
