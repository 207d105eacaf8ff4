/** Which rules there are, in the order and company in which a manager looks for them. */

/**
 * `rows`: each entry is a row of this kind; else the rule is one setting, with a list of entries (`many`) or one object.
 * `needed`: it cannot be switched off.
 * @typedef {{ name: string, schema: string, many: boolean, rows?: import("../lib/kinds.js").Kind, needed?: boolean }} Rule
 */

/** @param {import("../lib/kinds.js").Kind} name @param {string} schema @returns {Rule} */
const rows = (name, schema) => ({ name, schema, many: true, rows: name });
/** @param {string} name @param {string} schema @returns {Rule} */
const many = (name, schema) => ({ name, schema, many: true });
/** @param {string} name @param {string} schema @returns {Rule} */
const one = (name, schema) => ({ name, schema, many: false });

/** @type {{ id: string, rules: Rule[] }[]} */
export const AREAS = [
  { id: "needed", rules: [many("demand", "Demand"), rows("daily_limits", "DailyLimit")] },
  { id: "limits", rules: [rows("weekly_limits", "WeeklyLimit"), rows("monthly_limits", "MonthlyLimit"), many("stretches", "Stretch"), many("weekends", "WeekendRule")] },
  { id: "people", rules: [rows("priority_rules", "PriorityRule"), many("allowed_shifts", "AllowedShifts"), many("requests", "Request")] },
  { id: "patterns", rules: [many("forbidden_sequences", "ForbiddenSequence"), many("rest", "Rest"), many("after_closure", "AfterClosure")] },
  { id: "backups", rules: [{ ...one("backup_coverage", "BackupCoverage"), needed: true }, one("backup_priority", "BackupPriority"), one("group_conflict", "GroupConflict")] },
  { id: "balance", rules: [many("fairness", "Fairness"), one("stability", "Stability")] },
  { id: "symbols", rules: [{ ...many("shift_types", "ShiftType"), needed: true }] },
];
