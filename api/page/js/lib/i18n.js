/** Words in Japanese and English. Each area's words stand in `i18n/AREA.js`, both languages of a key side by side. */

import backups from "../i18n/backups.js";
import calendar from "../i18n/calendar.js";
import core from "../i18n/core.js";
import coverage from "../i18n/coverage.js";
import forms from "../i18n/forms.js";
import roster from "../i18n/roster.js";
import rules from "../i18n/rules.js";
import staff from "../i18n/staff.js";

/** @typedef {"ja" | "en"} Language */
/** @typedef {string | { one: string, other: string }} Words of a plural, the one for n = 1 and the other */

/** @type {Record<string, Record<Language, Words>>} */
const WORDS = { ...core, ...roster, ...forms, ...backups, ...staff, ...rules, ...calendar, ...coverage };
const KEPT = "toban.language";

/** @returns {Language} */
function firstLanguage() {
  const kept = localStorage.getItem(KEPT);
  if (kept === "ja" || kept === "en") return kept;
  return navigator.languages.some((one) => one.startsWith("ja")) && !navigator.language.startsWith("en") ? "ja" : "en";
}

/** @type {Language} */
let spoken = firstLanguage();
document.documentElement.lang = spoken;
/** @type {Set<() => void>} */
const listeners = new Set();

export const language = () => spoken;

/**
 * Speak another language, from now on and in this browser's next visits.
 * @param {Language} next
 */
export function speak(next) {
  spoken = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Say it: `t("line.waiting", { n: 3 })`. `{name}` in the words is filled in; `n` also chooses the plural.
 * @param {string} key
 * @param {Record<string, any>} [filled]
 * @returns {string}
 */
export function t(key, filled = {}) {
  const words = WORDS[key]?.[spoken];
  if (words === undefined) {
    console.error(`no words for ${key}`);
    return key;
  }
  const chosen = typeof words === "string" ? words : filled.n === 1 ? words.one : words.other;
  return chosen.replace(/\{(\w+)\}/g, (_, name) => String(filled[name] ?? ""));
}

/** Whether there are words for a key, for keys that are made of what a server says. @param {string} key */
export const has = (key) => key in WORDS;

/** Formats take long to make and are asked for in every cell. @type {Map<string, Intl.NumberFormat>} */
const numbers = new Map();
/** @type {Map<string, Intl.ListFormat>} */
const lists = new Map();

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  const name = options ? `${spoken} ${JSON.stringify(options)}` : spoken;
  let format = numbers.get(name);
  if (!format) numbers.set(name, (format = new Intl.NumberFormat(spoken, options)));
  return format.format(value);
}

/** Join a list as the language does. @param {string[]} items */
export function list(items) {
  if (items.length < 2) return items.join("");
  let format = lists.get(spoken);
  if (!format) lists.set(spoken, (format = new Intl.ListFormat(spoken, { type: "conjunction" })));
  return format.format(items);
}
