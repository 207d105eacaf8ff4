/** The bar above the grid: the dates, how the roster stands, and what can be done with it. */

import { openMenu, openPopover } from "../lib/dialog.js";
import { monthOf, plus, plusMonths, say, sayRange, distance, today, weekday } from "../lib/dates.js";
import { fill, h, icon } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { chooseCalendar, download, print } from "./exporting.js";
import { bringBack, publish } from "./publishing.js";
import { wishes } from "./solving.js";

/** @typedef {import("./state.js").RosterState} RosterState @typedef {import("./solving.js").Solving} Solving */

/** @param {HTMLElement} root @param {RosterState} state @param {Solving} solving @param {{ solve: () => void, compare: () => void }} act */
export function drawToolbar(root, state, solving, act) {
  const focused = document.activeElement instanceof HTMLElement && root.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  fill(root, dates(state), h("p.status.grow", { role: "status" }, status(state, solving)),
    h("div.row", null,
      earlier(state, act).length > 0 && menuButton("more", "more", t("more"), (anchor) => openMenu(anchor, t("more"), earlier(state, act))),
      state.staff.length > 0 && menuButton("take", "print", t("take"), (anchor) => openMenu(anchor, t("take"), taken(state))),
      (state.roster?.status === "draft" || (state.roster && state.touched)) && !solving.running && h("button.button", { dataset: { name: "publish" }, onclick: () => publish(state) }, t("publish")),
      h("div.split", null,
        h("button.button.primary", { disabled: solving.running || !state.staff.length, dataset: { name: "solve" }, onclick: act.solve }, icon("play"), t(state.roster ? "solve.again" : "solve")),
        h("button.button.primary.icon", { "aria-label": t("solve.how"), title: t("solve.how"), "aria-haspopup": "dialog", dataset: { name: "how" }, disabled: solving.running, onclick: (/** @type {any} */ event) => how(event.currentTarget, state) }, icon("down")))));
  if (focused) /** @type {HTMLElement | null} */ (root.querySelector(`[data-name="${focused}"]`))?.focus({ preventScroll: true });
}

/** @param {RosterState} state */
function dates(state) {
  const { start, end } = state.period;
  const month = monthOf(start);
  const whole = month.start === start && month.end === end;
  const move = (/** @type {number} */ way) => () => {
    if (whole) return state.dates.set(monthOf(plusMonths(start, way)));
    const length = distance(start, end) + 1;
    return state.dates.set({ start: plus(start, way * length), end: plus(end, way * length) });
  };
  return h("div.dates", null,
    h("button.button.plain.icon", { "aria-label": t("period.before"), dataset: { name: "before" }, onclick: move(-1) }, icon("left")),
    h("button.button.plain.period", { "aria-haspopup": "dialog", dataset: { name: "period" }, onclick: (/** @type {any} */ event) => choose(event.currentTarget, state) }, nameOf(state.period), icon("down")),
    h("button.button.plain.icon", { "aria-label": t("period.after"), dataset: { name: "after" }, onclick: move(1) }, icon("right")));
}

/** What to call a period: a month, or from when to when. @param {{ start: string, end: string }} period */
export function nameOf({ start, end }) {
  const month = monthOf(start);
  return month.start === start && month.end === end ? say(start, "month") : sayRange(start, end);
}

/** @param {HTMLElement} anchor @param {RosterState} state */
function choose(anchor, state) {
  const from = h("input", { type: "date", id: "period-start", value: state.period.start, required: true });
  const until = h("input", { type: "date", id: "period-end", value: state.period.end, required: true });
  const set = (/** @type {{ start: string, end: string }} */ period) => {
    opened.close();
    state.dates.set(period);
  };
  const monday = plus(today(), (8 - weekday(today())) % 7 || 7);
  const next = monthOf(plusMonths(today(), 1));
  const opened = openPopover(anchor, h("form.stack.pad", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), set({ start: from.value, end: until.value })) },
    h("div.row", null,
      h("button.button", { type: "button", onclick: () => set(monthOf(today())) }, say(today(), "month")),
      h("button.button", { type: "button", onclick: () => set(next) }, say(next.start, "month")),
      h("button.button", { type: "button", onclick: () => set({ start: monday, end: plus(monday, 27) }) }, t("period.weeks", { n: 4 }))),
    h("div.row", null, h("div.field", null, h("label", { for: "period-start" }, t("period.from")), from), h("div.field", null, h("label", { for: "period-end" }, t("period.until")), until)),
    h("button.button.primary", { type: "submit" }, t("period.show"))), { label: t("period.choose") });
}

/** @param {RosterState} state @param {Solving} solving */
function status(state, solving) {
  if (solving.running) return null;
  if (!state.staff.length) return null;
  const { roster, verdict } = state;
  if (!roster) return Object.keys(state.pins).length ? t("status.pins") : t("status.none");
  const hard = verdict?.violations.filter(({ severity }) => severity === "hard").length ?? 0;
  return [
    h("span.tag", { class: roster.status === "published" && !state.touched ? "good" : "" }, t(state.touched ? "status.touched" : `status.${roster.status}`)),
    verdict && (hard ? h("span.tag.hard", null, icon("warning"), t("status.hard", { n: number(hard) })) : h("span.tag.good", null, icon("check"), t("status.kept"))),
    verdict && h("span.tag.figures", null, t("status.soft", { n: number(verdict.score.soft) })),
    state.compared && h("span.tag.soft", null, t("status.moved", { n: number(moved(state)) })),
  ];
}

/** @param {RosterState} state */
function moved(state) {
  let count = 0;
  for (const { id } of state.staff) for (const day of state.days) {
    const before = state.compared?.schedule[id]?.[day];
    if (before !== undefined && before !== state.symbol(id, day)) count++;
  }
  return count;
}

/** A button that opens a menu; its text is dropped where there is no room. @param {string} name @param {any} shape @param {string} words @param {(anchor: HTMLElement) => void} open */
const menuButton = (name, shape, words, open) =>
  h("button.button.menu-button", { "aria-label": words, title: words, "aria-haspopup": "menu", dataset: { name }, onclick: (/** @type {any} */ event) => open(event.currentTarget) }, icon(shape), h("span", null, words));

/** Other rosters of these dates: the published one to compare with, drafts to go back to. @param {RosterState} state @param {{ compare: () => void }} act */
function earlier(state, act) {
  const drafts = state.drafts.filter(({ id }) => id !== state.roster?.id).slice(0, 4);
  const time = (/** @type {string} */ at) => new Intl.DateTimeFormat(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit" }).format(new Date(at));
  return [
    state.published && (state.roster?.id !== state.published.id || state.touched) ? { label: t(state.compared ? "compare.off" : "compare"), run: act.compare } : undefined,
    ...drafts.map(({ id, updated_at }) => ({ label: t("draft.back", { at: time(updated_at) }), run: () => bringBack(state, id) })),
  ].filter((item) => item !== undefined);
}

/** Paper and files. @param {RosterState} state */
function taken(state) {
  const has = state.roster !== null;
  return [
    { label: t("print.a4"), icon: "print", run: () => print(state, "A4") },
    { label: t("print.a3"), icon: "print", run: () => print(state, "A3") },
    has ? null : undefined,
    has ? { label: t("export.xlsx"), icon: "download", run: () => download(state, "xlsx") } : undefined,
    has ? { label: t("export.csv"), icon: "download", run: () => download(state, "csv") } : undefined,
    has ? { label: t("export.ics"), icon: "calendar", run: () => chooseCalendar(state) } : undefined,
  ].filter((item) => item !== undefined);
}

/** How long, how many, how near. @param {HTMLElement} anchor @param {RosterState} state */
function how(anchor, state) {
  const now = wishes.get();
  const select = (/** @type {string} */ name, /** @type {number[]} */ values, /** @type {(n: number) => string} */ text) =>
    h("div.field", null, h("label", { for: `wish-${name}` }, t(`wish.${name}`)),
      h("select", { id: `wish-${name}`, onchange: (/** @type {any} */ event) => wishes.set({ [name]: Number(event.target.value) }) },
        values.map((value) => h("option", { value, selected: value === now[name] }, text(value)))));
  openPopover(anchor, h("div.stack.pad", null,
    select("time_limit", [5, 20, 60, 300, 1800], (n) => (n < 60 ? t("seconds", { n }) : t("minutes", { n: n / 60 }))),
    select("alternatives", [1, 2, 3, 4, 6], (n) => t("wish.alternatives.n", { n })),
    state.published && h("label.check", null, h("input", { type: "checkbox", checked: now.near, onchange: (/** @type {any} */ event) => wishes.set({ near: event.target.checked }) }), t("wish.near"))), { label: t("solve.how") });
}
