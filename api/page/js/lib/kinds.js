/** The kinds of rows that settings consist of, as the WebSocket and the addresses name them. */

/**
 * A row: its fields, `id`, `is_active`, and the server's `revision` and `position`.
 * @typedef {{ id: string, is_active: boolean, revision: number, position?: number, [field: string]: any }} Row
 */

/** @typedef {"staff" | "staff_groups" | "backup_assignments" | "daily_limits" | "weekly_limits" | "monthly_limits" | "priority_rules" | "calendar" | "rules" | "prefilled"} Kind */

/** @type {Record<Kind, { message: string, segment: string, listed: boolean }>} */
export const KINDS = {
  staff: { message: "STAFF", segment: "staff", listed: true },
  staff_groups: { message: "STAFF_GROUP", segment: "groups", listed: true },
  backup_assignments: { message: "BACKUP_ASSIGNMENT", segment: "backup-assignments", listed: true },
  daily_limits: { message: "DAILY_LIMIT", segment: "daily-limits", listed: true },
  weekly_limits: { message: "WEEKLY_LIMIT", segment: "weekly-limits", listed: true },
  monthly_limits: { message: "MONTHLY_LIMIT", segment: "monthly-limits", listed: true },
  priority_rules: { message: "PRIORITY_RULE", segment: "priority-rules", listed: true },
  calendar: { message: "CALENDAR", segment: "calendar", listed: false },
  rules: { message: "RULE", segment: "rules", listed: false },
  prefilled: { message: "PREFILLED", segment: "prefilled", listed: false },
};

const BY_MESSAGE = new Map(Object.entries(KINDS).map(([kind, { message }]) => [message, /** @type {Kind} */ (kind)]));
const DONE = ["_HARD_DELETED", "_CREATED", "_UPDATED", "_DELETED"];

/**
 * Read what a message tells: the kind, and whether the row is gone for good. Null for other messages.
 * @param {string} type
 */
export function told(type) {
  const ending = DONE.find((one) => type.endsWith(one));
  const kind = ending && BY_MESSAGE.get(type.slice(0, -ending.length));
  return kind ? { kind, gone: ending === "_HARD_DELETED" } : null;
}

/** Fields the server adds to a row. */
export const ADDED = new Set(["restaurant_id", "version_id", "revision", "position", "created_at", "updated_at"]);

/** The id of a cell's row. @param {string} staff @param {string} day */
export const cellId = (staff, day) => `${staff}:${day}`;

/**
 * Sort a document of all settings into rows. Those of maps carry no revision of their own: they are as of the document's.
 * @param {{ revision: number, staff: Row[], settings: Record<string, any>, prefilled?: Record<string, Record<string, string>> }} document
 * @returns {Record<Kind, Map<string, Row>>}
 */
export function tablesOf({ revision, staff, settings, prefilled }) {
  /** @type {any} */
  const tables = {};
  for (const [kind, { listed }] of Object.entries(KINDS)) {
    if (!listed) continue;
    const rows = kind === "staff" ? staff : (settings[kind] ?? []);
    tables[kind] = new Map(rows.map((/** @type {Row} */ row) => [row.id, row]));
  }
  /** @param {[string, any][]} entries @param {(value: any, id: string) => object} fields */
  const mapped = (entries, fields) => new Map(entries.map(([id, value]) => [id, { id, ...fields(value, id), is_active: true, revision }]));
  tables.calendar = mapped(Object.entries(settings.calendar ?? {}), (rule) => ({ rule }));
  const rules = Object.entries(settings).filter(([name]) => !(name in KINDS));
  tables.rules = mapped(rules, (value) => ({ value }));
  const cells = Object.entries(prefilled ?? {}).flatMap(([person, row]) =>
    Object.entries(row).map(([date, symbol]) => /** @type {[string, any]} */ ([cellId(person, date), { staff_id: person, date, symbol }])));
  tables.prefilled = mapped(cells, (cell) => cell);
  return tables;
}
