/** Days as "YYYY-MM-DD" text, as the API has them. Arithmetic is in UTC, so that no time zone shifts a day. */

import { language } from "./i18n.js";

const DAY = 86_400_000;

/** @param {string} day */
export const instant = (day) => Date.parse(`${day}T00:00:00Z`);
/** @param {number} at */
const text = (at) => new Date(at).toISOString().slice(0, 10);
/** @param {string} day @param {number} count */
export const plus = (day, count) => text(instant(day) + count * DAY);
/** How many days lie from one to the other. @param {string} from @param {string} to */
export const distance = (from, to) => Math.round((instant(to) - instant(from)) / DAY);
/** 0 is Sunday. @param {string} day */
export const weekday = (day) => new Date(instant(day)).getUTCDay();

/** Every day from one to the other, both included. @param {string} from @param {string} to @returns {string[]} */
export function days(from, to) {
  const count = distance(from, to) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => plus(from, i));
}

/** Today where the browser is. */
export function today() {
  const now = new Date();
  return text(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
}

/** First and last day of the month a day is in. @param {string} day */
export function monthOf(day) {
  const [year, month] = day.split("-").map(Number);
  return { start: text(Date.UTC(year, month - 1, 1)), end: text(Date.UTC(year, month, 0)) };
}

/** @param {string} day @param {number} count months later */
export function plusMonths(day, count) {
  const [year, month] = day.split("-").map(Number);
  return text(Date.UTC(year, month - 1 + count, 1));
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * Write a day in the language spoken. Styles: `month` (December 2026), `day` (Thu, Dec 24), `told` (Thu Dec 24, inside of sentences), `date` (Dec 24, 2026), `short` (12/24), `weekday` (Thu, 木), `full`.
 * @param {string} day
 * @param {"month" | "month-short" | "day" | "told" | "date" | "short" | "weekday" | "full"} style
 */
export function say(day, style) {
  /** @type {Record<string, Intl.DateTimeFormatOptions>} */
  const styles = {
    month: { year: "numeric", month: "long" },
    day: { month: "short", day: "numeric", weekday: "short" },
    told: { month: "short", day: "numeric", weekday: "short" },
    short: { month: "numeric", day: "numeric" },
    weekday: { weekday: "short" },
    date: { year: "numeric", month: "short", day: "numeric" },
    "month-short": { month: "short" },
    full: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
  };
  const name = `${language()} ${style}`;
  let format = formats.get(name);
  if (!format) formats.set(name, (format = new Intl.DateTimeFormat(language(), { ...styles[style], timeZone: "UTC" })));
  const said = format.format(instant(day));
  return style === "told" ? said.replaceAll(",", "") : said;
}

/** A sentence of the server, its days as people say them. @param {string} sentence */
export const humane = (sentence) => sentence.replace(/\b\d{4}-\d\d-\d\d\b/g, (day) => (Number.isNaN(instant(day)) ? day : say(day, "told")));

/** Write two days as one range, what they share said once. @param {string} from @param {string} to */
export function sayRange(from, to) {
  if (language() === "ja") return `${say(from, "date")}〜${say(to, "date")}`; // formatRange would fall back to figures
  const format = new Intl.DateTimeFormat(language(), { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
  return format.formatRange(instant(from), instant(to));
}
