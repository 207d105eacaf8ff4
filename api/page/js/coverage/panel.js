/** The coverage dashboard: was every absence covered, who carries how much, what is about to break, who could help. */

import { json } from "../lib/api.js";
import { humane, sayRange } from "../lib/dates.js";
import { fill, h, icon, stateOf } from "../lib/dom.js";
import { list, number, t } from "../lib/i18n.js";
import { report, sentence } from "../lib/problem.js";
import { drillSection } from "./drill.js";
import { nameOf } from "../roster/toolbar.js";
import { strip } from "./strip.js";
import { suggestionsSection } from "./suggestions.js";

/** @typedef {import("../lib/house.js").House} House */

const SETTLED = 400; // milliseconds without another change, before the figures are asked for again

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house, dates }) {
  const away = new AbortController();
  let timer = 0;
  let turn = 0;
  const drill = drillSection(house, dates, away.signal);
  const body = h("div.panel");
  fill(root, body);
  fill(body, h("p.loading", null, t("loading")));
  const load = async () => {
    const mine = ++turn;
    const { start, end } = dates.period;
    const asked = `from=${start}&to=${end}`;
    try {
      const [report_, candidates, rosters] = await Promise.all([
        json("GET", `${house.path}/coverage?${asked}`, undefined, { signal: away.signal }),
        json("GET", `${house.path}/suggestions/backups?${asked}&limit=3`, undefined, { signal: away.signal }),
        json("GET", `${house.path}/rosters`, undefined, { signal: away.signal }),
      ]);
      if (mine === turn) draw(report_, candidates, rosters);
    } catch (error) {
      if (mine !== turn || away.signal.aborted) return;
      fill(body, h("div.card.stack", null, h("p", null, sentence(error)), h("p", null, h("button.button", { onclick: load }, t("again")))));
      report(error);
    }
  };
  /** @param {any} board @param {any} candidates @param {any[]} rosters */
  const draw = (board, candidates, rosters) => {
    const kept = stateOf(root);
    const { start, end } = dates.period;
    fill(body,
      h("header", null, h("div.stack.tight", null, h("h1", null, t("tab.coverage")), h("p.quiet", null, sayRange(start, end), " · ", source(board, rosters)))),
      tiles(board), alerts(board), groups(house, board), load_(house, board),
      suggestionsSection(house, candidates, () => schedule()), drill.draw(board));
    kept();
  };
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(load, SETTLED);
  };
  load();
  const off = [house.on("change", schedule), house.on("told", schedule), dates.on("period", load)];
  return () => {
    away.abort();
    clearTimeout(timer);
    off.forEach((end) => end());
  };
}

/** Which rosters the figures are of. @param {any} board @param {any[]} rosters */
function source({ rosters: runs }, rosters) {
  if (!runs.length) return t("coverage.no_roster");
  const names = [...new Set(runs.map((/** @type {any} */ run) => run.roster_id))].map((id) => {
    const one = rosters.find((roster) => roster.id === id);
    return `${one?.label || (one ? nameOf(one.period) : id)} (${t(`coverage.${one?.status ?? "draft"}`)})`;
  });
  return list(names);
}

/** @param {any} board */
function tiles({ groups: all, spread, rostered_days: days }) {
  const sum = (/** @type {string} */ name) => all.reduce((/** @type {number} */ total, /** @type {any} */ one) => total + one[name], 0);
  const tile = (/** @type {string} */ name, /** @type {any} */ value, look = "") => h("div.tile", { class: look }, h("b.figures", null, value), h("span", null, t(`coverage.${name}`)));
  const uncovered = sum("uncovered_days");
  return h("div.tiles", null, tile("absences", number(sum("absent_days"))), tile("covered", number(sum("covered_days")), "good"),
    tile("uncovered", number(uncovered), uncovered ? "hard" : ""), tile("spread", number(spread)), tile("rostered", number(days)));
}

/** @param {any} board */
function alerts({ alerts: all }) {
  return h("section.card.stack", { "aria-labelledby": "alerts" }, h("h2", { id: "alerts" }, t("coverage.alerts")),
    all.length ? h("ul.alerts", null, all.map((/** @type {any} */ one) => h("li", { dataset: { kind: one.kind } },
      h("span.tag", { class: HARD.has(one.kind) ? "hard" : "soft" }, icon("warning"), t(`alert.${one.kind}`)), h("span", null, humane(one.message)))))
      : h("p.good.row", null, icon("check"), t("coverage.no_alerts")));
}
const HARD = new Set(["uncovered", "no_eligible_backup", "group_without_backup"]);

/** @param {House} house @param {any} board */
function groups(house, { groups: all }) {
  return h("section.card.stack", { "aria-labelledby": "by-group" }, h("h2", { id: "by-group" }, t("coverage.by_group")),
    h("ul.legend", { "aria-hidden": "true" }, ["covered", "uncovered", "nobody_absent", "closed", "no_roster"].map((state) => h("li", null, h("i.square", { dataset: { state } }), t(`state.${state}`)))),
    all.length ? all.map((/** @type {any} */ group) => strip(house, group)) : h("p.quiet", null, t("backups.no_groups")));
}

/** @param {House} house @param {any} board */
function load_(house, { load, groups: all }) {
  const most = Math.max(1, ...load.map((/** @type {any} */ one) => one.covers));
  const groupName = (/** @type {string} */ id) => all.find((/** @type {any} */ one) => one.group_id === id)?.name || id;
  return h("section.card.stack", { "aria-labelledby": "load" }, h("h2", { id: "load" }, t("coverage.load")),
    load.length ? h("table.load", null, h("thead", { class: "unseen" }, h("tr", null, ["who", "covers", "groups"].map((name) => h("th", { scope: "col" }, t(`coverage.column.${name}`))))),
      h("tbody", null, load.map((/** @type {any} */ one) => h("tr", null, h("th", { scope: "row" }, house.called("staff", one.staff_id)),
        h("td.bar", null, h("i", { style: { "--share": one.covers / most } }), h("span.figures", null, t("coverage.covers", { n: one.covers }))),
        h("td.small.quiet", null, list(one.group_ids.map(groupName)))))))
      : h("p.quiet", null, t("coverage.nobody")));
}
