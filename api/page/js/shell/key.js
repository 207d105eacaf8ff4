/** Asks for the key, where the server has keys. It is kept until the tab is closed. */

import { keepKey, key } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @type {Promise<boolean> | null} */
let asking = null;

/**
 * Ask for a key, once for all calls that wait for it; tells whether there is one now.
 * @param {import("../lib/api.js").Problem | null} problem
 * @returns {Promise<boolean>}
 */
export function askForKey(problem) {
  asking ??= ask(problem !== null && problem.kind === "key-needed" ? false : key() !== null).finally(() => (asking = null));
  return asking;
}

/** @param {boolean} refused */
function ask(refused) {
  return new Promise((resolve) => {
    let given = false;
    const input = h("input", { type: "password", autocomplete: "off", required: true, id: "key", placeholder: "toban_…", "aria-invalid": refused ? "true" : null });
    const form = h("form.stack", {
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        keepKey(input.value.trim());
        given = true;
        shown.close();
      },
    },
      h("p", null, t("key.why")),
      h("div.field", null, h("label", { for: "key" }, t("key.label")), input, refused && h("p.fault", null, t("key.refused")),
        h("p.hint", null, t("key.hint"))),
      h("div.row", null, h("button.button.primary", { type: "submit" }, t("key.use"))));
    const shown = openDialog({ title: t("key.title"), body: form, onclose: () => resolve(given) });
    input.focus();
  });
}
