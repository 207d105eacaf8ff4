/** Edits that are on their way, laid over what the server has. */

import { ADDED } from "./kinds.js";

/** @typedef {import("./kinds.js").Kind} Kind @typedef {import("./kinds.js").Row} Row @typedef {import("./outbox.js").Entry} Entry */

const SWITCHED = { delete: { is_active: false }, restore: { is_active: true } };

/**
 * The rows of a kind as they will be, in the order of their list. Edits that met somebody else's, or were refused, show nothing.
 * @param {Map<string, Row>} table @param {Kind} kind @param {Entry[]} entries
 * @returns {{ list: Row[], byId: Map<string, Row> }}
 */
export function overlaid(table, kind, entries) {
  const rows = new Map(table);
  for (const { kind: of, id, verb, fields, state } of entries) {
    if (of !== kind || state === "conflict" || state === "refused") continue;
    const row = rows.get(id);
    if (verb === "hard_delete") rows.delete(id);
    else if (verb === "create") rows.set(id, /** @type {Row} */ ({ is_active: true, revision: 0, position: Infinity, ...row, ...fields, id, pending: true }));
    else if (row) rows.set(id, { ...row, ...fields, .../** @type {any} */ (SWITCHED)[verb], pending: true });
  }
  return { byId: rows, list: [...rows.values()].sort((a, b) => (a.position ?? 0) - (b.position ?? 0) || (a.id < b.id ? -1 : 1)) };
}

/** A row without what the server adds. @param {Record<string, any>} row */
export function fieldsOf(row) {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !ADDED.has(name) && name !== "pending"));
}

/** Whether a row is what an edit wants already. @param {Row} row @param {Entry} entry */
export function isAlready(row, { verb, fields }) {
  const wanted = /** @type {any} */ (SWITCHED)[verb] ?? fields;
  return verb !== "hard_delete" && Object.entries(wanted).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value));
}
