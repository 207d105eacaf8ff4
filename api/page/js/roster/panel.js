/** The roster panel: puts the grid, its bar, the running solve and what was found together. */

import { fill, h } from "../lib/dom.js";
import { holidaysOf } from "../lib/holidays.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { say as speak, toast } from "../lib/toast.js";
import { drawAlternatives } from "./alternatives.js";
import { openCard } from "./card.js";
import { copied, paste, pin } from "./editing.js";
import { drawFindings } from "./findings.js";
import { Grid } from "./grid.js";
import { openHead } from "./heads.js";
import { drawLayer, layerWords } from "./layer.js";
import { drawLegend } from "./legend.js";
import { at, sentenceOf } from "./marks.js";
import { drawProgress } from "./progress.js";
import { cellOf, Selection } from "./selection.js";
import { Solving } from "./solving.js";
import { RosterState } from "./state.js";
import { drawSteps } from "./steps.js";
import { ofKey } from "./symbols.js";
import { drawTalk } from "./talk.js";
import { Tip } from "./tip.js";
import { drawToolbar, nameOf } from "./toolbar.js";

/** @param {HTMLElement} root @param {import("../panels.js").Context} context */
export function mount(root, { house, dates }) {
  const state = new RosterState(house, dates);
  const solving = new Solving(state);
  const holidays = new Map();
  const grid = new Grid(state, holidays);
  const selection = new Selection(grid);
  const tip = new Tip(grid.table, (cell) => words(cell));
  const title = h("p.sheet-title");
  const bar = h("div.toolbar");
  const progress = h("section.progress", { hidden: true, "aria-label": t("solve.running") });
  const layer = h("div.strip", { hidden: true });
  const talk = h("section.talk", { hidden: true });
  const others = h("section.others", { hidden: true });
  const steps = h("ol.steps.noprint", { "aria-label": t("steps") });
  const empty = h("div.nobody", { hidden: true }, h("p", null, t("roster.empty")));
  const scroll = h("div.grid-scroll", null, grid.table);
  const legend = h("ul.keys.small", { "aria-label": t("marks") });
  const findings = h("div.columns.noprint");
  /** @type {any} */ let shown = null;
  fill(root, h("div.roster", null, h("h1.unseen", null, t("tab.roster")), title, bar, steps, progress, layer, talk, others, empty, scroll, legend, h("p.hints.quiet.small.noprint", null, t("roster.hints")), findings));

  /** @param {HTMLElement} cell @returns {string[]} */
  function words(cell) {
    const { at: key, staff, day, tip: own } = cell.dataset;
    if (own) return [own, ...(grid.marks.dates.get(/** @type {string} */ (day))?.words ?? [])];
    if (!key || !staff || !day) return grid.marks.people.get(cell.closest("tr")?.dataset.staff ?? "")?.words ?? [];
    const before = state.compared?.schedule[staff]?.[day];
    return [...layerWords(state, staff, day), ...(grid.marks.cells.get(key)?.words ?? []),
      ...(before !== undefined && before !== state.symbol(staff, day) ? [t("compare.was", { symbol: before })] : [])];
  }

  const solve = () => {
    drawTalk(talk, state, null, talking);
    drawAlternatives(others, state, null, choosing);
    state.conflicts = [];
    shown = null;
    solving.start();
  };
  const lead = (/** @type {string | undefined} */ staff, /** @type {string} */ day) => {
    const person = staff ?? grid.staff.find(({ id }) => grid.cell(id, day))?.id;
    if (person) selection.focus({ staff: person, day });
  };
  const leavePreview = () => {
    shown = null;
    state.preview = null;
    state.conflicts = [];
    drawTalk(talk, state, null, talking);
    drawAlternatives(others, state, null, choosing);
    state.emit("shown");
    state.judge();
  };
  const keep = (/** @type {any} */ one) => {
    const id = shown?.id ?? crypto.randomUUID();
    leavePreview();
    return state.keep(id, one.schedule, { ...one, warnings: one.warnings ?? [] }).catch(report);
  };
  const talking = { again: solve, keep: /** @type {(() => void) | null} */ (null), lead };
  const choosing = {
    look: (/** @type {any} */ one) => {
      state.preview = one.schedule;
      state.verdict = { ...one, warnings: [] };
      state.emit("shown");
      state.emit("verdict");
    },
    take: keep,
    leave: leavePreview, // the first one was kept as soon as it came
  };

  const compare = () => {
    state.compared = state.compared || !state.published ? null : { schedule: state.published.schedule, label: t("status.published") };
    state.emit("shown");
  };
  let frame = 0;
  const draw = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      drawSteps(steps, house);
      empty.hidden = state.staff.length > 0;
      scroll.hidden = legend.hidden = !empty.hidden;
      drawLegend(legend, state);
      grid.draw();
      selection.draw();
      title.textContent = [house.name, nameOf(state.period), state.roster && t(state.touched ? "status.touched" : `status.${state.roster.status}`)].filter(Boolean).join(" · ");
      drawToolbar(bar, state, solving, { solve, compare });
    });
  };
  const drawAll = () => {
    draw();
    drawFindings(findings, state, lead);
  };
  state.on("shown", draw);
  state.on("rosters", draw);
  state.on("verdict", drawAll);
  state.on("layer", () => drawLayer(layer, state));
  state.on("unjudged", report);
  solving.on("progress", () => {
    drawProgress(progress, solving);
    draw();
  });
  solving.on("failed", (error) => {
    state.preview = null;
    draw();
    report(error);
  });
  solving.on("ended", (job) => {
    const { result } = job;
    shown = { id: job.id, result };
    if (job.status === "FAILED") toast(job.error?.detail ?? t("solve.failed"));
    if (!result && job.schedule) { // its worker died after it was told to stop; the best so far stays
      leavePreview();
      return state.keep(job.id, job.schedule, null).catch(report);
    }
    if (!result?.schedule && !result?.conflicts?.length) {
      state.preview = null;
      if (job.status !== "FAILED") toast(t(result?.status === "UNKNOWN" ? "solve.unknown" : "solve.stopped"));
      return state.emit("shown");
    }
    if (result.status === "INFEASIBLE") {
      state.preview = result.schedule;
      state.conflicts = result.conflicts;
      state.verdict = result.schedule ? result : null;
      talking.keep = result.schedule ? () => keep(result) : null;
      drawTalk(talk, state, result, talking);
      talk.querySelector("h2")?.focus();
      speak(t("talk.title"));
      state.emit("shown");
      return state.emit("verdict");
    }
    speak(t("solve.done", { n: result.score.soft }));
    if (result.alternatives.length < 2) return keep(result);
    const [first] = result.alternatives; // kept at once: whoever closes the page before choosing still has a roster
    drawAlternatives(others, state, result, choosing);
    return state.keep(job.id, first.schedule, { ...first, warnings: [] }).catch(report);
  });

  grid.table.addEventListener("focusin", ({ target }) => {
    const cell = cellOf(target);
    const person = cell && house.row("staff", cell.staff);
    if (person) /** @type {HTMLElement} */ (target).setAttribute("aria-label", sentenceOf(state, person, cell.day, grid.marks.cells.get(at(cell.staff, cell.day))));
  });
  grid.table.addEventListener("click", (event) => {
    const head = /** @type {Element} */ (event.target).closest("tbody th.name, thead th.date");
    if (head) tip.hide();
    if (head) return openHead(state, /** @type {HTMLElement} */ (head));
    if (!cellOf(event.target) || event.shiftKey) return;
    tip.hide();
    openCard(state, grid, selection);
  });
  grid.table.addEventListener("keydown", (event) => {
    if (!cellOf(event.target)) return;
    if (!event.altKey && selection.key(event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const symbol = event.key === "Delete" || event.key === "Backspace" ? null : ofKey(state.shifts, event.key);
    if (event.key === "Enter" || event.key === " ") openCard(state, grid, selection);
    else if (symbol === undefined) return;
    else {
      pin(state, selection.cells.map((cell) => ({ ...cell, symbol })));
      if (selection.cells.length === 1 && symbol !== null) selection.step(0, 1);
    }
    event.preventDefault();
  });
  const clip = (/** @type {ClipboardEvent} */ event) => {
    if (!cellOf(document.activeElement) || !event.clipboardData) return;
    event.preventDefault();
    if (event.type === "copy") event.clipboardData.setData("text/plain", copied(state, grid, selection));
    else paste(state, grid, selection, event.clipboardData.getData("text/plain"));
  };
  document.addEventListener("copy", clip);
  document.addEventListener("paste", clip);

  const readHolidays = async () => {
    const found = await holidaysOf(house, state.period.start, state.period.end);
    holidays.clear();
    for (const [date, name] of found) holidays.set(date, name);
    draw();
  };
  const offPeriod = dates.on("period", () => {
    solving.close();
    leavePreview();
    drawProgress(progress, solving);
    readHolidays();
    solving.resume().catch(() => {});
  });
  drawAll();
  readHolidays();
  state.reload().then(() => solving.resume()).catch(report);

  return () => {
    offPeriod();
    document.removeEventListener("copy", clip);
    document.removeEventListener("paste", clip);
    cancelAnimationFrame(frame);
    solving.close();
    selection.close();
    tip.close();
    state.close();
  };
}
