/** The head of the page: whose roster it is, undo and redo, how the line to the server is, the language. */

import { json } from "../lib/api.js";
import { openDialog, openMenu } from "../lib/dialog.js";
import { fill, h, icon } from "../lib/dom.js";
import { language, speak, t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { connection } from "./connection.js";

/** @typedef {import("../lib/house.js").House} House */
/** @typedef {{ enter: (one: any) => Promise<void>, greet: () => Promise<void>, renamed: () => void }} Actions */

/** @param {House | null} house @param {{ id: string, name: string }[]} restaurants @param {Actions} actions */
export function drawHeader(house, restaurants, actions) {
  const head = /** @type {HTMLElement} */ (document.getElementById("masthead"));
  const focused = document.activeElement instanceof HTMLElement && head.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  fill(head,
    h("a.wordmark", { href: "#roster" }, "toban", h("span", { lang: "ja" }, "当番")),
    house && houses(house, restaurants, actions),
    h("div.end", null, house && [history(house, "undo"), history(house, "redo"), connection(house)], tongue()));
  if (focused) /** @type {HTMLElement | null} */ (head.querySelector(`[data-name="${focused}"]`))?.focus({ preventScroll: true });
}

function tongue() {
  const [next, label] = language() === "ja" ? /** @type {const} */ (["en", "English"]) : /** @type {const} */ (["ja", "日本語"]);
  return h("button.button.plain", { lang: next, dataset: { name: "language" }, onclick: () => speak(next) }, icon("globe"), label);
}

/** @param {House} house @param {"undo" | "redo"} way */
function history(house, way) {
  const steps = way === "undo" ? house.history.done : house.history.undone;
  return h("button.button.plain.icon", {
    "aria-label": t(way), title: `${t(way)} (${way === "undo" ? "Ctrl+Z" : "Ctrl+Shift+Z"})`, disabled: !steps.length,
    dataset: { name: way }, onclick: () => house.history[way](),
  }, icon(way));
}

/** @param {House} house @param {{ id: string, name: string }[]} restaurants @param {Actions} actions */
function houses(house, restaurants, actions) {
  const open = (/** @type {MouseEvent} */ event) => openMenu(/** @type {HTMLElement} */ (event.currentTarget), t("house.choose"), [
    ...restaurants.filter(({ id }) => id !== house.id).map((one) => ({ label: one.name || one.id, run: () => actions.enter(one).catch(report) })),
    restaurants.length > 1 ? null : undefined,
    { label: t("house.rename"), run: () => rename(house, restaurants, actions) },
    { label: t("house.new"), icon: "plus", run: () => actions.greet().catch(report) },
  ].filter((item) => item !== undefined));
  return h("button.button.plain.house", { "aria-haspopup": "menu", dataset: { name: "house" }, onclick: open },
    h("span", null, house.name || house.id), icon("down"));
}

/** @param {House} house @param {{ id: string, name: string }[]} restaurants @param {Actions} actions */
function rename(house, restaurants, actions) {
  const input = h("input", { value: house.name, id: "name", required: true, maxlength: 200 });
  const shown = openDialog({
    title: t("house.rename"),
    body: h("form.stack", {
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        try {
          const { name } = await json("PUT", house.path, { name: input.value });
          house.name = name;
          for (const one of restaurants) if (one.id === house.id) one.name = name;
          shown.close();
          actions.renamed();
        } catch (error) {
          report(error);
        }
      },
    }, h("div.field", null, h("label", { for: "name" }, t("house.name")), input),
      h("div.row", null, h("button.button.primary", { type: "submit" }, t("save")))),
  });
  input.select();
}
