/** What needs the user's word, below the head: edits that met somebody else's. */

import { openDialog } from "../lib/dialog.js";
import { fill, h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { conflictList } from "./conflicts.js";

/** @param {import("../lib/house.js").House | null} house */
export function drawNotices(house) {
  const box = /** @type {HTMLElement} */ (document.getElementById("notices"));
  const count = house?.conflicts.length ?? 0;
  const drawn = `${document.documentElement.lang} ${house?.id} ${count}`;
  if (box.dataset.drawn === drawn) return;
  box.dataset.drawn = drawn;
  fill(box, house && count > 0 && h("div.banner", { role: "alert" }, icon("warning"),
    h("span.grow", null, t("conflict.banner", { n: count })),
    h("button.button", { onclick: () => resolve(house) }, t("conflict.look"))));
}

/** @param {import("../lib/house.js").House} house */
function resolve(house) {
  const draw = () => {
    if (!house.conflicts.length) return shown.close();
    fill(shown.body, conflictList(house));
  };
  const shown = openDialog({ title: t("conflict.title"), body: null, wide: true, onclose: () => off() });
  const off = house.on("state", draw);
  draw();
}
