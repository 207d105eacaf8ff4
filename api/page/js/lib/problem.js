/** Shows what went wrong: the sentence, and each fault with its place, what was found and what was expected. */

import { Problem } from "./api.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { has, t } from "./i18n.js";
import { toast } from "./toast.js";

/** One line for it. @param {unknown} error */
export function sentence(error) {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  const known = `problem.${error.kind}`;
  return has(known) ? t(known) : error.message;
}

/** @param {import("./api.js").Fault[]} faults */
export function faultList(faults) {
  return h("ul.faults", null, faults.map(({ path, found, expected }) =>
    h("li", null, t("problem.fault", { found: found === null ? t("problem.nothing") : JSON.stringify(found), expected }), " ", h("code", null, path))));
}

/**
 * Tell of an error: a toast, which opens the faults where there are any.
 * @param {unknown} error
 */
export function report(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (!(error instanceof Problem)) console.error(error);
  const faults = error instanceof Problem ? error.faults : [];
  const more = faults.length || (error instanceof Problem && sentence(error) !== error.message);
  toast(sentence(error), more ? { label: t("problem.details"), run: () => open(/** @type {Problem} */ (error)) } : undefined);
}

/** @param {Problem} error */
function open(error) {
  openDialog({ title: sentence(error), body: h("div.stack", null, h("p.quiet", null, error.message), faultList(error.faults)) });
}
