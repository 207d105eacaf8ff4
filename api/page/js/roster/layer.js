/** "Which days can she be off?": a layer over the grid — free, only if others move, or impossible and why. */

import { json } from "../lib/api.js";
import { humane } from "../lib/dates.js";
import { fill, h, icon } from "../lib/dom.js";
import { list, t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";

/** @typedef {import("./state.js").RosterState} RosterState */

/** @param {RosterState} state @param {string} staff */
export async function askFreeDays(state, staff) {
  const asked = { staff, cells: { [staff]: {} }, waiting: true };
  state.layer = asked;
  state.emit("shown");
  state.emit("layer");
  try {
    const { cells } = await json("POST", "/free-days", { problem: state.problem({ time_limit: 20 }), schedule: state.schedule, staff_ids: [staff] });
    if (state.layer !== asked) return;
    state.layer = { staff, cells, waiting: false };
  } catch (error) {
    report(error);
    state.layer = null;
  }
  state.emit("shown");
  state.emit("layer");
}

/** What the layer says of a cell. @param {RosterState} state @param {string} staff @param {string} day @returns {string[]} */
export function layerWords(state, staff, day) {
  const cell = state.layer?.cells[staff]?.[day];
  if (!cell) return [];
  const name = (/** @type {string} */ id) => state.house.called("staff", id);
  const moves = cell.changes.map((/** @type {any} */ change) => `${name(change.staff_id)} ${change.from} → ${change.to}`);
  return [cell.message ? humane(cell.message) : t(`layer.${cell.mark}.why`), moves.length && t("layer.moves", { moves: list(moves) })].filter(Boolean);
}

/** The strip that says what the layer shows, and takes it off. @param {HTMLElement} root @param {RosterState} state */
export function drawLayer(root, state) {
  root.hidden = !state.layer;
  if (!state.layer) return fill(root);
  const who = state.house.called("staff", state.layer.staff);
  const off = () => {
    state.layer = null;
    state.emit("shown");
    state.emit("layer");
  };
  fill(root, h("span", { role: "status" }, t(state.layer.waiting ? "layer.asking" : "layer.title", { who })),
    ["free", "only_if", "impossible", "unknown"].map((mark) => h("span.key", null, h("i", { dataset: { flags: `layer-${mark}` } }), t(`layer.${mark}`))),
    h("button.button.plain", { onclick: off }, icon("close"), t("layer.off")));
  return undefined;
}
