/** Short messages at the foot of the page, told to screen readers too. */

import { h } from "./dom.js";
import { t } from "./i18n.js";

const SECONDS = 8;

/**
 * Show a message for a while; one with an action stays twice as long.
 * @param {string} text
 * @param {{ label: string, run: () => void }} [action] such as undo
 */
export function toast(text, action) {
  const box = /** @type {HTMLElement} */ (document.getElementById("toasts"));
  const close = () => shown.remove();
  const shown = h("div.toast", { role: "status" }, h("span", null, text),
    action && h("button", { onclick: () => (close(), action.run()) }, action.label),
    h("button", { onclick: close }, t("close")));
  while (box.children.length > 2) box.firstElementChild?.remove();
  box.append(shown);
  let timer = setTimeout(close, (action ? 2 : 1) * SECONDS * 1000);
  shown.addEventListener("pointerenter", () => clearTimeout(timer));
  shown.addEventListener("pointerleave", () => (timer = setTimeout(close, SECONDS * 1000)));
}

/** Say something to screen readers only. @param {string} text */
export function say(text) {
  const spoken = /** @type {HTMLElement} */ (document.getElementById("spoken"));
  spoken.textContent = "";
  requestAnimationFrame(() => (spoken.textContent = text));
}
