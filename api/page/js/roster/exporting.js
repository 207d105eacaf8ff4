/** Taking the roster along: files the server writes, and paper. */

import { call } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { say } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";

/** @typedef {import("./state.js").RosterState} RosterState */

/** The roster as it is shown must be stored before the server can write it. @param {RosterState} state */
async function stored(state) {
  if (state.touched || !state.roster) await state.keepShown();
  return /** @type {import("./state.js").Roster} */ (state.roster);
}

/** @param {RosterState} state @param {"csv" | "xlsx" | "html" | "ics"} format @param {string} [staff] */
export async function download(state, format, staff) {
  try {
    const { id } = await stored(state);
    const zone = format === "ics" ? { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone } : {};
    const query = new URLSearchParams({ format, ...zone, ...(staff ? { staff_id: staff } : {}) });
    const answer = await call("GET", `${state.house.path}/rosters/${encodeURIComponent(id)}/export?${query}`);
    const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
    save(await answer.blob(), named ? decodeURIComponent(named) : `toban-${state.period.start}.${format}`);
  } catch (error) {
    report(error);
  }
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Whose calendar? @param {RosterState} state */
export function chooseCalendar(state) {
  openDialog({
    title: t("export.ics"),
    body: h("div.stack", null, h("p.quiet", null, t("export.ics.why")),
      h("ul.choices", null, state.staff.map(({ id, name }) => h("li", null, h("button.button", { onclick: () => download(state, "ics", id) }, icon("download"), name || id))))),
  });
}

let sheet = /** @type {CSSStyleSheet | null} */ (null);

/** Print the grid on one side of paper. @param {RosterState} state @param {"A4" | "A3"} size */
export function print(state, size) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(sheet);
  }
  sheet.replaceSync(`@page { size: ${size} landscape; margin: 10mm; } @media print { :root { --sheet: ${size === "A3" ? 1.414 : 1}; } }`);
  const title = document.title;
  document.title = `${state.house.name} ${say(state.period.start, "month")}`;
  window.print();
  document.title = title;
}
