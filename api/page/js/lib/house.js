/**
 * One restaurant, live: its settings as rows, what this page changed and has not heard back about, and the line to the server.
 *
 * What `rows` and `row` return is the server's state with this page's own edits on top. `on("change", kinds => …)` tells after
 * each change, once a frame at most; `on("state")` tells of the line and of the outbox.
 */

import { Problem } from "./api.js";
import { History } from "./history.js";
import { told } from "./kinds.js";
import { Outbox } from "./outbox.js";
import { fieldsOf, isAlready } from "./overlay.js";
import { Rows } from "./rows.js";
import { Socket } from "./socket.js";

/** @typedef {import("./kinds.js").Kind} Kind @typedef {import("./kinds.js").Row} Row @typedef {import("./outbox.js").Entry} Entry */
/** @typedef {{ resolve: (row: Row | null) => void, reject: (problem: Problem) => void }} Waiter */
const RETRY = 2000;
const SILENCE = 10_000;

export class House extends Rows {
  /** @type {Map<string, Waiter[]>} */
  #waiters = new Map();
  #silence = 0;
  #holding = false;
  /** @type {string | null} */
  #batch = null;

  /** @param {{ id: string, name: string }} restaurant */
  constructor({ id, name }) {
    super();
    this.id = id;
    this.name = name;
    this.path = `/restaurants/${encodeURIComponent(id)}`;
    this.outbox = new Outbox(id);
    this.history = new History(this);
    this.socket = new Socket(`/v1${this.path}/ws`, () => this.revision);
    this.socket.on("message", (message) => this.#hear(message));
    this.socket.on("state", () => this.emit("state"));
    this.socket.on("lost", () => (this.revision = null));
    this.socket.on("barred", (status) => this.emit("barred", status));
    this.socket.on("closed", () => this.#unsent());
  }

  /** Connect; resolves once the settings are there. */
  async open() {
    await this.outbox.adopt();
    const ready = new Promise((go) => {
      const off = this.on("ready", () => (off(), go(undefined)));
    });
    this.socket.again();
    return ready;
  }

  close() {
    this.socket.close();
  }
  get edits() {
    return this.outbox.entries;
  }

  get conflicts() {
    return this.outbox.entries.filter(({ state }) => state === "conflict" || state === "refused");
  }

  get waiting() {
    return this.outbox.entries.filter(({ state }) => state === "waiting" || state === "sent");
  }

  /**
   * Create a row. Resolves with the stored row, rejects with the `Problem` (409 of kind `stale`: see `conflicts`).
   * @param {Kind} kind @param {Record<string, any>} fields
   */
  create(kind, fields) {
    const id = fields.id ?? crypto.randomUUID();
    return this.edit({ kind, id, verb: "create", fields: { ...fields, id } });
  }

  /** Change fields of a row. @param {Kind} kind @param {string} id @param {Record<string, any>} fields */
  update(kind, id, fields) {
    return this.edit({ kind, id, verb: "update", fields });
  }

  /** Create a row or change its fields, and make it active; for rows whose id says what they are. @param {Kind} kind @param {string} id @param {Record<string, any>} fields */
  put(kind, id, fields) {
    return this.row(kind, id) ? this.update(kind, id, { ...fields, is_active: true }) : this.create(kind, { ...fields, id });
  }

  /** Delete it softly. @param {Kind} kind @param {string} id */
  remove(kind, id) {
    return this.edit({ kind, id, verb: "delete", fields: {} });
  }

  /** @param {Kind} kind @param {string} id */
  restore(kind, id) {
    return this.edit({ kind, id, verb: "restore", fields: {} });
  }

  /** Delete for good. @param {Kind} kind @param {string} id */
  erase(kind, id) {
    return this.edit({ kind, id, verb: "hard_delete", fields: {} });
  }

  /** Several edits as one step of undo, written and sent together. @template T @param {() => T} work @returns {T} */
  together(work) {
    if (this.#holding) return work();
    this.#holding = true;
    this.#batch = crypto.randomUUID();
    try {
      return this.history.together(work);
    } finally {
      this.#holding = false;
      this.#batch = null;
      this.#go();
    }
  }

  /**
   * Put an edit into the outbox, show it, and send it as soon as the line allows.
   * @param {Pick<Entry, "kind" | "id" | "verb" | "fields">} edit
   * @returns {Promise<Row | null>}
   */
  edit(edit) {
    const before = this.row(edit.kind, edit.id) ?? null;
    const pending = this.outbox.of(edit.kind, edit.id).at(-1);
    let entry = pending;
    if (pending?.state === "waiting" && edit.verb === "update" && ["create", "update"].includes(pending.verb)) {
      Object.assign(pending.fields, edit.fields);
    } else {
      entry = {
        ...edit, request: crypto.randomUUID(), batch: this.#batch, at: Date.now(), state: "waiting", before, offline: this.socket.state !== "live",
        base: edit.verb === "create" ? null : (this.stored(edit.kind, edit.id)?.revision ?? this.revision),
      };
      this.outbox.entries.push(entry);
    }
    this.history.note(edit, before);
    this.touch(edit.kind);
    if (!this.#holding) this.#go();
    const { request } = /** @type {Entry} */ (entry);
    const promise = new Promise((resolve, reject) => {
      this.#waiters.set(request, [...(this.#waiters.get(request) ?? []), { resolve, reject }]);
    });
    promise.catch(() => {}); // whoever cares listens himself; the shell shows it anyway
    return promise;
  }

  /** Settle a conflict: keep one's own edit, on top of what is there now, or drop it. @param {Entry} entry @param {"mine" | "theirs"} choice */
  settle(entry, choice) {
    if (choice === "theirs") this.outbox.drop(entry);
    else if (entry.current === null) Object.assign(entry, { verb: "create", fields: fieldsOf({ ...entry.before, ...entry.fields, id: entry.id }), base: null, state: "waiting" });
    else Object.assign(entry, { base: entry.current?.revision ?? this.stored(entry.kind, entry.id)?.revision ?? null, state: "waiting", request: crypto.randomUUID() },
      entry.verb === "create" ? { verb: "update" } : {});
    this.touch(entry.kind);
    this.#go();
  }

  #go() {
    this.outbox.keep();
    this.#flush();
    this.emit("state");
  }

  #flush() {
    for (const { message, entries } of this.outbox.due()) {
      if (!this.socket.send(message)) return;
      this.outbox.went(entries, message.request_id);
    }
    clearTimeout(this.#silence);
    if (this.outbox.entries.some(({ state }) => state === "sent")) this.#silence = setTimeout(() => this.socket.renew(), SILENCE);
  }

  #unsent() {
    for (const entry of this.outbox.entries) if (entry.state === "sent") Object.assign(entry, { state: "waiting", offline: true });
    clearTimeout(this.#silence);
    this.emit("state");
  }

  /** @param {any} message */
  #hear(message) {
    if (message.type === "ACK" || message.type === "ERROR") this.#answered(message);
    else if (message.type === "SETTINGS") {
      this.load(message);
    } else {
      const known = told(message.type);
      if (known) this.take(known.kind, message.payload, known.gone);
      else this.emit("told", message); // of rosters, versions, the restaurant's name
      if (!message.more) this.revision = message.revision;
    }
    if (this.revision !== null) this.emit("ready");
    this.#flush();
  }

  /** @param {{ type: string, request_id: string, payload: any, problem: any }} message */
  #answered({ type, request_id, payload, problem }) {
    const entries = this.outbox.sent(request_id);
    clearTimeout(this.#silence);
    if (type === "ACK") {
      const rows = payload.rows ?? [payload];
      entries.forEach((entry, i) => {
        for (const later of this.outbox.of(entry.kind, entry.id)) if (later !== entry && later.state === "waiting") later.base = rows[i].revision;
        this.take(entry.kind, rows[i], entry.verb === "hard_delete");
        this.#done(entry, null, rows[i]);
      });
    } else if (entries.length > 1) this.#apart(entries, new Problem(problem));
    else if (entries.length) this.#failed(entries[0], new Problem(problem));
    for (const { kind } of entries) this.touch(kind);
    this.emit("state");
  }

  /** A batch was refused as a whole: the rows that somebody else changed become conflicts, the others go again without them. @param {Entry[]} entries @param {Problem} problem */
  #apart(entries, problem) {
    const stale = new Set((problem.body.rows ?? []).map((/** @type {any} */ { table, id }) => `${table} ${id}`));
    for (const entry of entries) Object.assign(entry, { batch: stale.size ? entry.batch : null, state: "waiting" });
    for (const entry of entries) {
      if (!stale.has(`${entry.kind} ${entry.id}`)) continue;
      const rows = problem.body.rows.filter((/** @type {any} */ { id }) => id === entry.id);
      this.#failed(entry, new Problem({ ...problem.body, status: 409, rows }));
    }
    if (problem.passing) setTimeout(() => this.#flush(), RETRY);
    else if (!stale.size && problem.status !== 422) for (const entry of entries) this.#failed(entry, problem);
  }

  /** @param {Entry} entry @param {Problem} problem */
  #failed(entry, problem) {
    if (problem.passing || problem.status === 500) {
      entry.state = "waiting";
      setTimeout(() => this.#flush(), RETRY);
      return;
    }
    const stale = problem.kind === "stale" || problem.status === 404;
    const current = problem.body.rows?.[0]?.current ?? null;
    if (stale && entry.verb === "create" && current && !current.is_active) {
      Object.assign(entry, { verb: "update", fields: { ...entry.fields, is_active: true }, base: current.revision, state: "waiting" });
    } else if (stale && current && isAlready(current, entry)) {
      this.#done(entry, null, current);
    } else if (stale || entry.offline) {
      for (const one of this.outbox.of(entry.kind, entry.id)) Object.assign(one, { state: stale ? "conflict" : "refused", current, problem: problem.body });
      this.#done(entry, problem, null, true);
    } else this.#done(entry, problem, null);
    this.emit("refused", { entry, problem });
  }

  /** @param {Entry} entry @param {Problem | null} problem @param {Row | null} row @param {boolean} [kept] */
  #done(entry, problem, row, kept = false) {
    if (kept) this.outbox.keep();
    else this.outbox.drop(entry);
    for (const waiter of this.#waiters.get(entry.request) ?? []) problem ? waiter.reject(problem) : waiter.resolve(row);
    this.#waiters.delete(entry.request);
  }
}
