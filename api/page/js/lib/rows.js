/** The rows of a restaurant as the server has them, with edits that are on their way laid over them. */

import { Emitter } from "./emitter.js";
import { KINDS, tablesOf } from "./kinds.js";
import { overlaid } from "./overlay.js";

/** @typedef {import("./kinds.js").Kind} Kind @typedef {import("./kinds.js").Row} Row */

export class Rows extends Emitter {
  /** The revision this page knows; null until the first settings came. @type {number | null} */
  revision = null;
  /** @type {any} */
  #tables = null;
  /** @type {Map<Kind, { list: Row[], byId: Map<string, Row> }>} */
  #shown = new Map();
  /** @type {Set<Kind>} */
  #changed = new Set();

  /** Edits to lay over them. @returns {import("./outbox.js").Entry[]} */
  get edits() {
    return [];
  }

  /** Everything of a kind, in the order of its list, with this page's edits. @param {Kind} kind @returns {Row[]} */
  rows(kind) {
    return this.#both(kind).list;
  }

  /** Those that were not deleted. @param {Kind} kind */
  active(kind) {
    return this.rows(kind).filter((row) => row.is_active);
  }

  /** @param {Kind} kind @param {string} id @returns {Row | undefined} */
  row(kind, id) {
    return this.#both(kind).byId.get(id);
  }

  /** What to call a person or a group: by name, or by id where there is none. @param {"staff" | "staff_groups"} kind @param {string} id @returns {string} */
  called(kind, id) {
    return this.row(kind, id)?.name || id;
  }

  /** @param {Kind} kind */
  #both(kind) {
    let rows = this.#shown.get(kind);
    if (!rows) this.#shown.set(kind, (rows = overlaid(this.#tables?.[kind] ?? new Map(), kind, this.edits)));
    return rows;
  }

  /** The row as the server has it. @param {Kind} kind @param {string} id @returns {Row | undefined} */
  stored(kind, id) {
    return this.#tables?.[kind].get(id);
  }

  /** The value of a rule or setting such as `shift_types`; undefined where it has its default. @param {string} name */
  setting(name) {
    const row = this.row("rules", name);
    return row?.is_active ? row.value : undefined;
  }

  /** Take over a document of all settings. @param {any} document */
  load(document) {
    this.#tables = tablesOf(document);
    this.revision = document.revision;
    for (const kind of /** @type {Kind[]} */ (Object.keys(KINDS))) this.touch(kind);
  }

  /** Take over a row, unless a newer one is known. @param {Kind} kind @param {Row} row @param {boolean} gone */
  take(kind, row, gone) {
    const known = this.#tables[kind].get(row.id);
    if (known && known.revision > row.revision) return;
    if (gone) this.#tables[kind].delete(row.id);
    else this.#tables[kind].set(row.id, row.position === undefined ? { ...row, position: known?.position } : row);
    this.touch(kind);
  }

  /** Tell listeners soon, once for all that changes meanwhile. @param {Kind} kind */
  touch(kind) {
    this.#shown.delete(kind);
    if (!this.#changed.size) {
      queueMicrotask(() => {
        const kinds = this.#changed;
        this.#changed = new Set();
        this.emit("change", kinds);
      });
    }
    this.#changed.add(kind);
  }
}
