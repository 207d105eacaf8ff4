/** The first visit: a team to try is one click away, one's own takes a name. */

import { json } from "../lib/api.js";
import { plus } from "../lib/dates.js";
import { fill, h, icon } from "../lib/dom.js";
import { language, t } from "../lib/i18n.js";
import { Dates } from "../lib/period.js";
import { report } from "../lib/problem.js";

const ORDER = ["kitchen", "promise", "clinic", "shop", "hotel", "large", "impossible"];

/**
 * @param {HTMLElement} root
 * @param {{ id: string, name: string } | null} from the restaurant to go back to, where there is one already
 * @param {(made: { id: string, name: string }) => Promise<void>} enter
 */
export async function welcome(root, from, enter) {
  const shipped = new Map((await json("GET", "/demo")).map((/** @type {any} */ demo) => [demo.name, demo]));
  const demos = ORDER.map((name) => shipped.get(name)).filter(Boolean);
  const name = h("input.grow", { id: "house-name", required: true, maxlength: 200, placeholder: t("welcome.name.example"), autocomplete: "organization" });
  /** @param {() => Promise<any>} make */
  const once = (make) => async (/** @type {Event} */ event) => {
    event.preventDefault();
    for (const button of root.querySelectorAll("button")) button.disabled = true;
    try {
      await enter(await make());
    } catch (error) {
      report(error);
      for (const button of root.querySelectorAll("button")) button.disabled = false;
    }
  };
  fill(root, h("div.welcome", null,
    from && h("div", null, h("button.button", { onclick: () => enter(from).catch(report) }, icon("left"), t("welcome.back", { name: from.name || from.id }))),
    h("div.stack.tight", null, h("h1", null, t(from ? "welcome.more" : "welcome.title")), h("p.lead", null, t("welcome.lead"))),
    h("section.stack", null, h("h2", null, t("welcome.demo")),
      h("div.choices", null, demos.map((/** @type {any} */ demo) =>
        h("button.choice", { onclick: once(() => fromDemo(demo)), dataset: { demo: demo.name } }, h("b", null, titleOf(demo)), h("span", null, t(`demo.${demo.name}`)))))),
    h("section.stack", null, h("h2", null, t("welcome.own")),
      h("form.row", { onsubmit: once(() => create(name.value)) },
        h("label.unseen", { for: "house-name" }, t("house.name")), name, h("button.button.primary", { type: "submit" }, t("welcome.create"))))));
}

/** @param {{ name: string, title: string }} demo */
const titleOf = (demo) => (language() === "ja" ? t(`demo.${demo.name}.title`) : demo.title);

/** @param {string} name */
async function create(name) {
  return json("PUT", `/restaurants/${crypto.randomUUID()}`, { name });
}

/** @param {{ name: string, title: string }} demo */
async function fromDemo(demo) {
  const problem = await json("GET", `/demo/${demo.name}`);
  const made = await create(titleOf(demo));
  const { staff, settings, prefilled = {}, history = {} } = problem;
  await json("PUT", `/restaurants/${made.id}/settings`, { staff, settings, prefilled, revision: 0 });
  await keepHistory(made.id, problem.period.start, history);
  new Dates(made.id).set(problem.period);
  return made;
}

/**
 * What was worked just before the period is a published roster, as it would be in a house that has used toban all along.
 * @param {string} id @param {string} start @param {Record<string, Record<string, string>>} history
 */
async function keepHistory(id, start, history) {
  const dates = Object.values(history).flatMap((row) => Object.keys(row)).sort();
  if (!dates.length) return;
  const roster = `/restaurants/${id}/rosters/before`;
  await json("PUT", roster, { label: t("welcome.before"), period: { start: dates[0], end: plus(start, -1) }, schedule: history });
  await json("POST", `${roster}/publish`);
}
