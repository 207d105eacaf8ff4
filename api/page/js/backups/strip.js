/** The timeline of a chain: when each backup is in effect, around the period that is looked at. */

import { distance, monthOf, plus, plusMonths, say, today } from "../lib/dates.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("../lib/period.js").Period} Period */

/** The dates a strip shows: the period's months, the one before and two after. @param {Period} period @returns {Period} */
export const span = ({ start, end }) => ({ start: plusMonths(start, -1), end: monthOf(plusMonths(end, 2)).end });

/** Where a day begins in a span, as a share of its width; outside of it the nearer edge. @param {Period} shown @param {string} day */
function share({ start, end }, day) {
  return Math.min(1, Math.max(0, distance(start, day) / (distance(start, end) + 1)));
}

/** The months above the bars. @param {Period} shown @param {Period} period */
export function scale(shown, period) {
  /** @type {HTMLElement[]} */
  const months = [];
  for (let day = shown.start; day <= shown.end; day = plusMonths(day, 1)) {
    months.push(h("span", { style: { "--at": share(shown, day) } }, say(day, "month-short")));
  }
  const from = share(shown, period.start);
  return h("div.strip.scale", null, months, h("i.period", { style: { "--from": from, "--to": share(shown, plus(period.end, 1)) } }));
}

/** @param {any} one an assignment @param {Period} shown */
export function bar(one, shown) {
  const { effective_from: from, effective_until: until } = one;
  const first = from ?? shown.start;
  const last = until ?? shown.end;
  const words = effectiveWords(from, until);
  const past = until && until < today();
  return h("div.strip", { title: words },
    last >= shown.start && first <= shown.end && h("i.bar", {
      class: [past && "past", from && from >= shown.start && "begins", until && until <= shown.end && "ends"].filter(Boolean).join(" "),
      style: { "--from": share(shown, first), "--to": share(shown, plus(last, 1)) },
    }),
    h("span.words", null, words));
}

/** @param {string | null} from @param {string | null} until */
export function effectiveWords(from, until) {
  if (from && until) return t("backups.between", { from: say(from, "date"), until: say(until, "date") });
  if (from) return t("backups.since", { from: say(from, "date") });
  if (until) return t("backups.until", { until: say(until, "date") });
  return t("backups.always");
}
