/** A repair is a JSON Patch of a problem; here it becomes edits of the stored rows it speaks of. */

import { cellId, KINDS } from "../lib/kinds.js";

/** @typedef {{ op: "add" | "remove" | "replace", path: string, value?: any }} Op */

/**
 * Carry out a patch as one step of undo; resolves once everything is stored.
 * @param {import("../lib/house.js").House} house @param {any} problem the one it was found for @param {Op[]} patch
 */
export async function applyPatch(house, problem, patch) {
  const document = structuredClone(problem);
  /** @type {Map<string, () => Promise<any>>} what to store, by unit, as it is after the last operation on it */
  const edits = new Map();
  for (const op of patch) {
    const path = op.path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const unit = unitOf(document, path, op);
    operate(document, path, op);
    edits.set(unit.name, () => unit.store(house, document));
  }
  await Promise.all(house.together(() => [...edits.values()].map((store) => store())));
}

/** @typedef {{ name: string, store: (house: import("../lib/house.js").House, after: any) => Promise<any> }} Unit */

/** Which row an operation is about. @param {any} document @param {string[]} path @param {Op} op @returns {Unit} */
function unitOf(document, [first, second, third, ...deeper], op) {
  if (first === "prefilled") {
    const id = cellId(second, third);
    return { name: `prefilled ${id}`, store: (house, after) => {
      const symbol = after.prefilled?.[second]?.[third];
      return symbol ? house.put("prefilled", id, { staff_id: second, date: third, symbol }) : house.remove("prefilled", id);
    } };
  }
  if (first === "staff") return rowUnit("staff", document.staff, second, third, op, (after) => after.staff);
  if (second === "calendar") {
    return { name: `calendar ${third}`, store: (house, after) => {
      const rule = after.settings.calendar?.[third];
      return rule ? house.put("calendar", third, { rule }) : house.remove("calendar", third);
    } };
  }
  if (second in KINDS) return rowUnit(second, document.settings[second] ?? [], third, deeper[0], op, (after) => after.settings[second]);
  return { name: `rules ${second}`, store: (house, after) => house.put("rules", second, { value: after.settings[second] ?? null }) };
}

/** @param {any} kind @param {any[]} rows @param {string} place @param {string | undefined} field @param {Op} op @param {(after: any) => any[]} rowsOf @returns {Unit} */
function rowUnit(kind, rows, place, field, op, rowsOf) {
  if (place === "-" || (op.op === "add" && field === undefined)) {
    return { name: `${kind} ${op.value.id ?? crypto.randomUUID()}`, store: (house) => (house.row(kind, op.value.id) ? house.put(kind, op.value.id, op.value) : house.create(kind, op.value)) };
  }
  const { id } = rows[Number(place)];
  return { name: `${kind} ${id}`, store: (house, after) => {
    const row = rowsOf(after).find((one) => one.id === id);
    if (!row) return house.remove(kind, id);
    const known = house.row(kind, id) ?? {};
    const changed = Object.entries(row).filter(([name, value]) => JSON.stringify(/** @type {any} */ (known)[name]) !== JSON.stringify(value));
    return house.update(kind, id, Object.fromEntries(changed));
  } };
}

/** RFC 6902, as far as repairs use it. @param {any} document @param {string[]} path @param {Op} op */
function operate(document, path, { op, value }) {
  const last = /** @type {string} */ (path.at(-1));
  const holder = path.slice(0, -1).reduce((at, part) => (at[part] ??= {}), document);
  if (!Array.isArray(holder)) {
    if (op === "remove") delete holder[last];
    else holder[last] = value;
  } else if (op === "remove") holder.splice(Number(last), 1);
  else if (op === "replace") holder[Number(last)] = value;
  else holder.splice(last === "-" ? holder.length : Number(last), 0, value);
}
