/** The entries of one rule, however they are stored: as rows of a table, or as the value of one setting. */

import { openForm } from "../lib/form.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { changed } from "../backups/form.js";

/** @typedef {import("../lib/house.js").House} House @typedef {import("./areas.js").Rule} Rule */
/** @typedef {{ value: Record<string, any>, id?: string, index: number, active: boolean }} Entry */

export class Entries {
  /** @param {House} house @param {Rule} rule @param {Record<string, any>} all schemas @param {any} standard the value with defaults */
  constructor(house, rule, all, standard) {
    this.house = house;
    this.rule = rule;
    this.all = all;
    const row = rule.rows ? undefined : house.row("rules", rule.name);
    /** Whether the setting has a value of its own. */
    this.custom = Boolean(row?.is_active);
    this.standard = !this.custom;
    this.value = this.custom ? row?.value : standard;
  }

  /** Whether the rule does nothing. */
  get off() {
    return !this.rule.rows && (this.value === null || this.value === undefined || (Array.isArray(this.value) && this.value.length === 0));
  }

  /** @returns {Entry[]} */
  shown() {
    const { house, rule } = this;
    if (rule.rows) return house.active(rule.rows).map((row, index) => ({ value: row, id: row.id, index, active: true }));
    if (this.off) return [];
    return (rule.many ? this.value : [this.value]).map((/** @type {any} */ value, /** @type {number} */ index) => ({ value, index, active: value.is_active !== false }));
  }

  /** @param {any} value */
  #put(value) {
    return this.house.put("rules", this.rule.name, { value });
  }

  switchOff() {
    this.#put(this.rule.many ? [] : null);
    this.#told("rules.now.off");
  }

  /** What went with one click comes back with one. @param {string} words */
  #told(words) {
    toast(t(words, { rule: t(`rule.${this.rule.name}`) }), { label: t("undo"), run: () => this.house.history.undo() });
  }

  /** The default set again. */
  reset() {
    this.house.remove("rules", this.rule.name);
    this.#told("rules.now.standard");
  }

  /** Open the form of an entry, or of a new one. @param {Entry | null} entry */
  open(entry) {
    const { house, rule, all } = this;
    openForm({
      title: t(`rule.${rule.name}`), schema: all[rule.schema], all, house, value: entry?.value ?? {},
      danger: entry && (rule.many || rule.rows) ? { label: t("delete"), run: () => this.#delete(entry) } : undefined,
      save: (value) => this.#save(entry, value),
    });
  }

  /** @param {Entry | null} entry @param {Record<string, any>} value */
  #save(entry, value) {
    const { house, rule } = this;
    if (rule.rows) return entry?.id ? house.update(rule.rows, entry.id, changed(entry.value, value)) : house.create(rule.rows, value);
    if (!rule.many) return this.#put({ ...(entry?.value ?? {}), ...value });
    const next = [...(this.value ?? [])];
    if (entry) next[entry.index] = { ...entry.value, ...value };
    else next.push(value);
    return this.#put(next);
  }

  /** @param {Entry} entry */
  #delete(entry) {
    if (this.rule.rows && entry.id) return this.house.remove(this.rule.rows, entry.id);
    return this.#put(this.value.filter((/** @type {any} */ _, /** @type {number} */ i) => i !== entry.index));
  }
}
