/** What a team still needs before its absences are covered: people, a group, a backup. Gone once all are there. */

import { fill, h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @param {HTMLElement} root @param {import("../lib/house.js").House} house */
export function drawSteps(root, house) {
  const steps = [
    { id: "staff", done: house.active("staff").length > 0, href: "#staff" },
    { id: "group", done: house.active("staff_groups").some(({ members }) => members?.length), href: "#staff/groups" },
    { id: "backup", done: house.active("backup_assignments").length > 0, href: "#backups" },
  ];
  const next = steps.find(({ done }) => !done);
  root.hidden = !next;
  const drawn = [document.documentElement.lang, ...steps.map(({ done }) => done)].join();
  if (root.dataset.drawn === drawn) return;
  root.dataset.drawn = drawn;
  fill(root, steps.map((step, i) => h("li", { class: step.done ? "done" : "", "aria-current": step === next ? "step" : null },
    h("span.number.figures", { "aria-hidden": "true" }, step.done ? icon("check") : i + 1),
    step.done ? h("span", null, t(`step.${step.id}`)) : h("a", { href: step.href, class: step === next ? "button primary" : "" }, t(`step.${step.id}`)))));
}
