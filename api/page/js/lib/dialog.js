/** Dialogs and popovers, of the browser's own elements: focus is kept inside and given back, Escape closes. */

import { fill, h, icon, uniqueId } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Open a modal dialog.
 * @param {{ title: string, body: import("./dom.js").Child, actions?: HTMLElement[], wide?: boolean, onclose?: () => void }} content
 * @returns {{ element: HTMLDialogElement, body: HTMLElement, close: () => void }}
 */
export function openDialog({ title, body, actions = [], wide = false, onclose }) {
  const named = uniqueId("dialog");
  const inner = h("div.body", null, body);
  const element = h("dialog", { "aria-labelledby": named, class: wide ? "wide" : "" },
    h("header", null, h("h2", { id: named }, title),
      h("button.button.plain.icon", { "aria-label": t("close"), onclick: () => element.close() }, icon("close"))),
    inner,
    actions.length ? h("footer", null, actions) : null);
  element.addEventListener("close", () => {
    element.remove();
    onclose?.();
  });
  element.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (event.target === element) element.close();
  });
  document.body.append(element);
  element.showModal();
  return { element, body: inner, close: () => element.close() };
}

/**
 * Ask a question that a button answers; Escape and the cross answer no.
 * @param {{ title: string, body?: import("./dom.js").Child, yes: string, danger?: boolean }} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, body = null, yes, danger = false }) {
  return new Promise((resolve) => {
    let answer = false;
    const finish = (/** @type {boolean} */ said) => {
      answer = said;
      shown.close();
    };
    const shown = openDialog({
      title,
      body,
      actions: [
        h("button.button", { onclick: () => finish(false) }, t("cancel")),
        h("button.button.primary", { class: danger ? "danger-fill" : "", onclick: () => finish(true) }, yes),
      ],
      onclose: () => resolve(answer),
    });
  });
}

/**
 * Open a popover beside an element or a point. A click elsewhere and Escape close it.
 * @param {HTMLElement | DOMRect} anchor
 * @param {import("./dom.js").Child} content
 * @param {{ label: string, class?: string, onclose?: () => void, focus?: boolean }} options
 */
export function openPopover(anchor, content, { label, class: name = "", onclose, focus = true }) {
  const element = h("div.popover", { popover: "auto", role: "dialog", "aria-label": label, class: name }, content);
  const back = /** @type {HTMLElement | null} */ (document.activeElement);
  document.body.append(element);
  element.addEventListener("toggle", (/** @type {ToggleEvent} */ event) => {
    if (event.newState !== "closed") return;
    const inside = element.contains(document.activeElement) || document.activeElement === document.body;
    element.remove();
    if (inside) back?.focus?.({ preventScroll: true });
    onclose?.();
  });
  element.showPopover();
  place(element, anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor);
  if (focus) /** @type {HTMLElement | null} */ (element.querySelector("[autofocus], button, a, input, select"))?.focus();
  return {
    element,
    close: () => element.isConnected && element.hidePopover(),
    replace: (/** @type {import("./dom.js").Child} */ next) => {
      fill(element, next);
      place(element, anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor);
    },
  };
}

/** Below the anchor where there is room, else above; within the window. @param {HTMLElement} element @param {DOMRect} around */
function place(element, around) {
  const { offsetWidth: width, offsetHeight: height } = element;
  const edge = 8;
  const left = Math.max(edge, Math.min(around.left, innerWidth - width - edge));
  const below = around.bottom + 4;
  const fits = below + height + edge <= innerHeight;
  const top = fits ? below : Math.max(edge, around.top - height - 4);
  element.style.setProperty("left", `${left}px`);
  element.style.setProperty("top", `${top}px`);
}

/**
 * Open a menu of commands; arrow keys move in it.
 * @param {HTMLElement} anchor
 * @param {string} label
 * @param {({ label: string, icon?: any, aside?: string, run?: () => void, href?: string } | null)[]} items null draws a line
 */
export function openMenu(anchor, label, items) {
  const menu = h("div.menu", { role: "menu", "aria-label": label, onkeydown: move }, items.map((item) => {
    if (!item) return h("hr");
    const run = () => {
      opened.close();
      item.run?.();
    };
    const inner = [item.icon && icon(item.icon), h("span", null, item.label), item.aside && h("span.aside", null, item.aside)];
    return item.href ? h("a", { role: "menuitem", href: item.href, onclick: run }, inner) : h("button", { role: "menuitem", onclick: run }, inner);
  }));
  const opened = openPopover(anchor, menu, { label });
  return opened;
}

/** @param {KeyboardEvent} event */
function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("[role=menuitem]")]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  items[(at + step + items.length) % items.length]?.focus();
}
