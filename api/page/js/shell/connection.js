/** How the line to the server is, in a word and a shape, and what still waits to be sent. */

import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @param {import("../lib/house.js").House} house */
export function connection(house) {
  const { state } = house.socket;
  const waiting = house.waiting.length;
  const held = state !== "live" && waiting > 0;
  const words = held ? t("line.waiting", { n: waiting }) : t(`line.${state}`);
  return h("button.link-state", {
    dataset: { state, name: "line", waiting: held ? waiting : null },
    title: t(`line.${state}.why`), "aria-label": words, onclick: () => house.socket.again(),
  }, icon(state === "live" ? "live" : state === "connecting" ? "waiting" : "offline"), h("span.words", null, words), held && h("b.count.figures", { "aria-hidden": "true" }, waiting));
}
