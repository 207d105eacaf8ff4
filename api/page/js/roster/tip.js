/** A small sheet with a cell's sentences, beside whatever the pointer or the focus is on. */

import { fill, h } from "../lib/dom.js";

const AFTER = 120;

export class Tip {
  #timer = 0;

  /** @param {HTMLElement} table @param {(target: HTMLElement) => string[]} wordsOf what there is to say of a cell or head */
  constructor(table, wordsOf) {
    this.element = h("div.tip.popover", { popover: "manual", role: "tooltip" });
    this.wordsOf = wordsOf;
    document.body.append(this.element);
    const over = (/** @type {Event} */ event) => this.#over(/** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("td, th")));
    table.addEventListener("pointerover", over);
    table.addEventListener("focusin", over);
    table.addEventListener("pointerleave", () => this.hide());
    table.addEventListener("focusout", () => this.hide());
  }

  hide() {
    clearTimeout(this.#timer);
    if (this.element.matches(":popover-open")) this.element.hidePopover();
  }

  close() {
    this.hide();
    this.element.remove();
  }

  /** @param {HTMLElement | null} cell */
  #over(cell) {
    this.hide();
    const words = cell ? this.wordsOf(cell) : [];
    if (!cell || !words.length) return;
    this.#timer = setTimeout(() => {
      if (!this.element.isConnected || document.querySelector(".card-popover")) return;
      fill(this.element, words.map((one) => h("p", null, one)));
      this.element.showPopover();
      const around = cell.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = this.element;
      const top = around.top - height - 6 > 0 ? around.top - height - 6 : around.bottom + 6;
      this.element.style.setProperty("left", `${Math.max(8, Math.min(around.left - 8, innerWidth - width - 8))}px`);
      this.element.style.setProperty("top", `${top}px`);
    }, AFTER);
  }
}
