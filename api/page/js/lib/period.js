/** The dates that are looked at, for all panels alike; kept per restaurant in this browser. */

import { monthOf, plus, today } from "./dates.js";
import { Emitter } from "./emitter.js";

/** @typedef {{ start: string, end: string }} Period */

const MOST_DAYS = 366;

export class Dates extends Emitter {
  #name;
  /** @type {Period} */
  #period;

  /** @param {string} house */
  constructor(house) {
    super();
    this.#name = `toban.period.${house}`;
    const kept = JSON.parse(localStorage.getItem(this.#name) ?? "null");
    this.#period = kept?.start <= kept?.end ? kept : monthOf(plus(monthOf(today()).end, 1)); // plans are made for next month
  }

  get period() {
    return this.#period;
  }

  /** Look at other dates. @param {Period} next */
  set({ start, end }) {
    const last = plus(start, MOST_DAYS - 1);
    this.#period = { start, end: end < start ? start : end > last ? last : end };
    localStorage.setItem(this.#name, JSON.stringify(this.#period));
    this.emit("period", this.#period);
  }
}
