/** The rules: limits, wishes, patterns, what is needed, and the shift types they speak of. */

import { json } from "../lib/api.js";
import { fill, h, icon, stateOf } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { schemas } from "../lib/schema.js";
import { describe } from "./describe.js";
import { Entries } from "./entries.js";
import { AREAS } from "./areas.js";

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house, dates }) {
  /** The settings with every default filled in. @type {Record<string, any>} */
  let standard = {};
  /** @type {Record<string, any>} */
  let all = {};
  let ended = false;
  let turn = 0;
  const draw = () => {
    const kept = stateOf(root);
    fill(root, h("div.panel", null,
      h("header", null, h("div.stack.tight", null, h("h1", null, t("tab.rules")), h("p.quiet", null, t("rules.lead")))),
      AREAS.map((area) => h("section.card.stack", { "aria-labelledby": `area-${area.id}` },
        h("h2", { id: `area-${area.id}` }, t(`area.${area.id}`)),
        area.rules.map((rule) => section(new Entries(house, rule, all, standard[rule.name])))))));
    kept();
  };
  const learn = async () => {
    const mine = ++turn;
    const [known, { staff, settings }] = await Promise.all([schemas(), json("GET", `${house.path}/settings`)]);
    const { problem } = await json("POST", "/validate", { period: dates.period, staff, settings: { ...settings, requests: null } });
    if (ended || mine !== turn) return;
    all = known;
    standard = problem?.settings ?? {};
    draw();
  };
  fill(root, h("p.loading", null, t("loading")));
  learn().catch(report);
  const off = house.on("change", () => {
    if (Object.keys(all).length) draw();
    learn().catch(report);
  });
  return () => ((ended = true), off());
}

/** @param {Entries} entries */
function section(entries) {
  const { rule, house } = entries;
  const rows = entries.shown();
  return h("section.rule.stack.tight", { dataset: { rule: rule.name }, "aria-label": t(`rule.${rule.name}`) },
    h("div.row.apart", null,
      h("div.row", null, h("h3", null, t(`rule.${rule.name}`)),
        entries.standard && !rule.rows && h("span.tag", null, t(entries.off ? "rules.off" : "rules.standard")),
        entries.off && !entries.standard && h("span.tag.soft", null, t("rules.off"))),
      h("div.row", null,
        entries.custom && !rule.rows && h("button.button.plain", { dataset: { name: `reset-${rule.name}` }, onclick: () => entries.reset() }, t("rules.reset")),
        !rule.rows && !rule.needed && !entries.off && h("button.button.plain", { dataset: { name: `off-${rule.name}` }, onclick: () => entries.switchOff() }, t("rules.switch_off")),
        (rule.many || entries.off || rows.length === 0) && h("button.button", { dataset: { name: `add-${rule.name}` }, onclick: () => entries.open(null) }, icon("plus"), t("add")))),
    h("p.small.quiet", null, t(`rule.${rule.name}.says`)),
    rows.length > 0 && h("ul.entries", null, rows.map((row, i) => {
      const { title, parts } = describe(house, rule.name, row.value);
      return h("li", { class: row.active ? "" : "inactive" },
        h("span.what", null, h("b", null, title), parts.map((part) => h("span", null, part))),
        weight(row.value),
        h("button.button.plain", { dataset: { name: `edit-${rule.name}-${row.id ?? i}` }, "aria-label": t("staff.edit", { name: title }), onclick: () => entries.open(row) }, t("edit")));
    })));
}

/** @param {any} value */
function weight({ hard, weight: weighs, kind, symbol }) {
  if (symbol && kind) return h("span");
  if (hard) return h("span.tag.hard", null, t("rules.hard"));
  return weighs === undefined ? h("span") : h("span.tag.soft.figures", { title: t("hint.weight") }, t("rules.weight", { weight: weighs }));
}
