/** Publishing a roster, and going back to an earlier draft. */

import { json } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { humane } from "../lib/dates.js";
import { h } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { report } from "../lib/problem.js";
import { toast } from "../lib/toast.js";

/** @typedef {import("./state.js").RosterState} RosterState */

/** Ask, store the roster as it is shown, publish it. @param {RosterState} state */
export async function publish(state) {
  const hard = state.verdict?.violations.filter(({ severity }) => severity === "hard") ?? [];
  const body = h("div.stack", null, h("p", null, t("publish.why")),
    hard.length > 0 && h("p.hard", null, t("publish.hard", { n: number(hard.length) })),
    hard.length > 0 && h("ul.words", null, hard.slice(0, 5).map(({ message }) => h("li", null, humane(message)))));
  if (!(await confirm({ title: t("publish.title"), body, yes: t("publish") }))) return;
  try {
    if (state.touched || !state.roster) await state.keepShown();
    await json("POST", `${state.house.path}/rosters/${encodeURIComponent(/** @type {any} */ (state.roster).id)}/publish`);
    await state.reload();
    toast(t("publish.done"));
  } catch (error) {
    report(error);
  }
}

/** Make an earlier draft the newest again. @param {RosterState} state @param {string} id */
export async function bringBack(state, id) {
  try {
    const { label, period, schedule } = await json("GET", `${state.house.path}/rosters/${encodeURIComponent(id)}`);
    await json("DELETE", `${state.house.path}/rosters/${encodeURIComponent(id)}`);
    await json("PUT", `${state.house.path}/rosters/${crypto.randomUUID()}`, { label, period, schedule });
    await state.reload();
  } catch (error) {
    report(error);
  }
}
