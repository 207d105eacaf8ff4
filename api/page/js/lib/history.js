/** Undo and redo of this page's own edits, by edits that turn them back. Somebody else's later change of a row is not overwritten. */

import { fieldsOf } from "./overlay.js";

/** @typedef {import("./outbox.js").Entry} Entry @typedef {import("./kinds.js").Row} Row */
/** @typedef {Pick<Entry, "kind" | "id" | "verb" | "fields">} Edit */
/** @typedef {{ edit: Edit, before: Row | null }} Noted */

const MOST = 200;

export class History {
  /** @type {Noted[][]} */
  done = [];
  /** @type {Noted[][]} */
  undone = [];
  /** @type {Noted[] | null} */
  #open = null;
  #replaying = false;

  /** @param {import("./house.js").House} house */
  constructor(house) {
    this.house = house;
  }

  /** @param {Edit} edit @param {Row | null} before */
  note(edit, before) {
    if (this.#replaying) return;
    const noted = { edit: { ...edit, fields: { ...edit.fields } }, before };
    if (this.#open) this.#open.push(noted);
    else this.done.push([noted]);
    this.undone = [];
    if (this.done.length > MOST) this.done.shift();
  }

  /** @template T @param {() => T} work @returns {T} */
  together(work) {
    if (this.#open) return work();
    this.#open = [];
    try {
      return work();
    } finally {
      if (this.#open.length) this.done.push(this.#open);
      this.#open = null;
    }
  }

  undo() {
    return this.#move(this.done, this.undone, (noted) => [...noted].reverse().map(back));
  }

  redo() {
    return this.#move(this.undone, this.done, (noted) => noted.map(({ edit, before }) => again(edit, before, this.house)));
  }

  /** @param {Noted[][]} from @param {Noted[][]} to @param {(noted: Noted[]) => (Edit | null)[]} edits */
  #move(from, to, edits) {
    const step = from.pop();
    if (!step) return false;
    this.#replaying = true;
    try {
      this.house.together(() => edits(step).forEach((edit) => edit && this.house.edit(edit)));
    } finally {
      this.#replaying = false;
    }
    to.push(step);
    this.house.emit("state");
    return true;
  }
}

/** The edit that turns one back. @param {Noted} noted @returns {Edit | null} */
function back({ edit: { kind, id, verb, fields }, before }) {
  if (verb === "create" || before === null) return { kind, id, verb: "delete", fields: {} };
  if (verb === "delete") return { kind, id, verb: "restore", fields: {} };
  if (verb === "restore") return { kind, id, verb: "delete", fields: {} };
  if (verb === "hard_delete") return { kind, id, verb: "create", fields: fieldsOf(before) };
  const old = Object.fromEntries(Object.keys(fields).map((name) => [name, before[name]]));
  return { kind, id, verb: "update", fields: "is_active" in fields ? { ...old, is_active: before.is_active } : old };
}

/** What was created once is there, inactive. @param {Edit} edit @param {Row | null} before @param {import("./house.js").House} house @returns {Edit} */
function again(edit, before, house) {
  const there = edit.verb === "create" && house.row(edit.kind, edit.id);
  if (!there) return edit;
  return { ...edit, verb: "update", fields: { ...edit.fields, is_active: true } };
}
