/**
 * Edits that are not acknowledged yet, in the order they were made. They are written to localStorage before they are sent,
 * so that neither a break of the line nor a closed tab loses one. Each page has an outbox of its own and holds a lock while it
 * lives; a new page takes over outboxes nobody holds.
 */

import { KINDS } from "./kinds.js";

/** @typedef {import("./kinds.js").Kind} Kind @typedef {import("./kinds.js").Row} Row */

/**
 * One edit. `fields` are the new ones; `base` the revision of the row it was made on; `before` the row as it was then.
 * `waiting`: to be sent; `sent`: unanswered; `conflict`: somebody else changed the row, `current` is what it is now (null:
 * gone); `refused`: the server said no, `problem` says why. Entries of one `batch` are accepted together or not at all, where they go
 * together; `message` is the one it went with last.
 * @typedef {{ request: string, message?: string, batch?: string | null, kind: Kind, id: string, verb: "create" | "update" | "delete" | "restore" | "hard_delete", fields: Record<string, any>,
 *   base: number | null, before: Row | null, at: number, offline: boolean, state: "waiting" | "sent" | "conflict" | "refused", current?: Row | null, problem?: any }} Entry
 */

const STEM = "toban.outbox.";

export class Outbox {
  /** @type {Entry[]} */
  entries = [];
  #name;

  /** @param {string} house */
  constructor(house) {
    this.stem = `${STEM}${house}.`;
    this.#name = this.stem + crypto.randomUUID();
    hold(this.#name);
  }

  /** Write them down. */
  keep() {
    if (this.entries.length) localStorage.setItem(this.#name, JSON.stringify(this.entries));
    else localStorage.removeItem(this.#name);
  }

  /** Take over what closed pages left behind; tells whether there was anything. */
  async adopt() {
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
    let found = false;
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(this.stem) || name === this.#name || held.has(name)) continue;
      for (const entry of JSON.parse(localStorage.getItem(name) ?? "[]")) {
        this.entries.push({ ...entry, offline: true, state: entry.state === "sent" ? "waiting" : entry.state });
        found = true;
      }
      this.keep();
      localStorage.removeItem(name);
    }
    return found;
  }

  /** @param {Entry} entry */
  drop(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.keep();
  }

  /** @param {Kind} kind @param {string} id */
  of(kind, id) {
    return this.entries.filter((entry) => entry.kind === kind && entry.id === id);
  }

  /** Those that may go now, as messages: one of a row at a time, as each is based on the one before; a batch at once. */
  due() {
    /** @type {Map<string, Entry[]>} */
    const groups = new Map();
    for (const entry of this.#due()) groups.set(entry.batch ?? entry.request, [...(groups.get(entry.batch ?? entry.request) ?? []), entry]);
    return [...groups.values()].map((entries) => {
      const steps = entries.map(messageOf);
      const [{ request: request_id }] = entries; // not the batch: it may go in several messages, where some of its rows are busy
      return { entries, message: { ...(steps.length === 1 ? steps[0] : { type: "CHANGES", payload: { changes: steps } }), request_id } };
    });
  }

  /** Note that entries have gone with a message of this name. @param {Entry[]} entries @param {string} message */
  went(entries, message) {
    for (const entry of entries) Object.assign(entry, { state: "sent", message });
  }

  /** What a message of this name was about. @param {string} message */
  sent(message) {
    return this.entries.filter((entry) => entry.state === "sent" && entry.message === message);
  }

  #due() {
    const busy = new Set();
    const going = [];
    for (const entry of this.entries) {
      const row = `${entry.kind} ${entry.id}`;
      if (entry.state === "waiting" && !busy.has(row)) going.push(entry);
      busy.add(row);
    }
    return going;
  }
}

/** @param {Entry} entry */
function messageOf({ kind, id, verb, fields, base }) {
  const payload = verb === "create" ? fields : { id, ...fields, ...(base === null ? {} : { revision: base }) };
  return { type: `${KINDS[kind].message}_${verb.toUpperCase()}`, payload };
}

/** Hold a lock as long as this page lives. @param {string} name */
function hold(name) {
  navigator.locks?.request(name, () => new Promise(() => {}));
}
