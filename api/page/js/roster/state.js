/**
 * What the roster panel shows: the roster of the dates looked at, the pins over it, and what the checker says of the two.
 * Tells `shown` when cells may look different, `verdict` when the judgement came, `rosters` when the list did, `layer`.
 */

import { json } from "../lib/api.js";
import { days } from "../lib/dates.js";
import { Emitter } from "../lib/emitter.js";
import { historyOf, pinsOf, problemOf } from "./problem.js";
import { shiftsOf } from "./symbols.js";

/** @typedef {import("./problem.js").Schedule} Schedule */
/** @typedef {{ rule: string, severity: "hard" | "soft" | "warning", staff_ids: string[], group_id: string | null, dates: string[], amount: number, penalty: number, path: string, message: string }} Violation */
/** @typedef {{ date: string, group_id: string, absent: string[], staff_id: string | null, assignment_id: string, priority_order: number, passed_over: { staff_id: string, reason: string }[] }} Cover */
/** @typedef {{ violations: Violation[], covers: Cover[], score: { hard: number, soft: number, by_rule: Record<string, number> }, warnings: { code: string, path: string, message: string }[] }} Verdict */
/** @typedef {{ id: string, label: string, status: "draft" | "published", period: { start: string, end: string }, schedule: Schedule, updated_at: string }} Roster */

const JUDGE_AFTER = 250;
const MOST_DRAFTS = 5;

export class RosterState extends Emitter {
  /** @type {any[]} */ heads = [];
  /** @type {Roster | null} */ roster = null;
  /** @type {Roster | null} the one published last for these dates */ published = null;
  /** @type {Schedule} */ history = {};
  /** @type {Verdict | null} */ verdict = null;
  /** @type {Schedule | null} what a running solve has found so far, or an alternative that is looked at */ preview = null;
  /** @type {{ schedule: Schedule, label: string } | null} */ compared = null;
  /** @type {any} who may be off when; see `layer.js` */ layer = null;
  /** @type {any[]} */ conflicts = [];
  /** @type {Schedule} */ pins = {};
  /** @type {import("./symbols.js").Shift[]} */ shifts = [];
  #timer = 0;
  #turn = 0;
  /** @type {AbortController | null} */ #judging = null;
  #ended = false;
  #live = true;
  /** @type {string[]} */ #days = [];
  /** Whether nobody looked when it should have been judged. */ #unjudged = false;

  /** @param {import("../lib/house.js").House} house @param {import("../lib/period.js").Dates} dates */
  constructor(house, dates) {
    super();
    this.house = house;
    this.dates = dates;
    this.#read();
    const seen = () => !document.hidden && this.#unjudged && this.judge();
    document.addEventListener("visibilitychange", seen);
    this.offs = [
      () => document.removeEventListener("visibilitychange", seen),
      house.on("change", () => this.#changed()),
      house.on("state", () => this.#line()),
      house.on("told", (message) => String(message.type).startsWith("ROSTER") && this.reload()),
      dates.on("period", () => this.look()),
    ];
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#judging?.abort();
    for (const off of this.offs) off();
  }

  get period() {
    return this.dates.period;
  }

  get days() {
    const { start, end } = this.period;
    if (this.#days[0] !== start || this.#days.at(-1) !== end) this.#days = days(start, end);
    return this.#days;
  }

  /** People employed at some time in the period. */
  get staff() {
    const { start, end } = this.period;
    return this.house.active("staff").filter((one) => (!one.employed_from || one.employed_from <= end) && (!one.employed_until || one.employed_until >= start));
  }

  /** The symbol of a cell: what is pinned, else what the roster has. @param {string} staff @param {string} day */
  symbol(staff, day) {
    return this.pins[staff]?.[day] ?? (this.preview ?? this.roster?.schedule)?.[staff]?.[day] ?? null;
  }

  /** The schedule as it is shown, of those who are employed. @returns {Schedule | null} */
  get schedule() {
    const base = this.preview ?? this.roster?.schedule;
    if (!base) return null;
    return Object.fromEntries(this.staff.map(({ id, employed_from, employed_until }) => [id, Object.fromEntries(
      this.days.filter((day) => (!employed_from || day >= employed_from) && (!employed_until || day <= employed_until))
        .map((day) => /** @type {[string, string | null]} */ ([day, this.symbol(id, day)])).filter(([, symbol]) => symbol !== null))]));
  }

  /** Whether pins changed cells since the roster was made. */
  get touched() {
    return Object.entries(this.pins).some(([staff, row]) => Object.entries(row).some(([day, symbol]) => (this.roster?.schedule[staff]?.[day] ?? symbol) !== symbol));
  }

  /** @param {Record<string, any>} [options] */
  problem(options = {}) {
    return problemOf(this.house, this.period, { history: this.history, options });
  }

  /** Look at other dates. */
  async look() {
    this.roster = this.published = this.preview = this.compared = this.layer = this.verdict = null;
    this.conflicts = [];
    this.#read();
    this.emit("shown");
    this.emit("verdict");
    await this.reload();
  }

  /** Read the list of rosters and the one to show: the newest of these dates, published or not. */
  async reload() {
    const mine = ++this.#turn;
    const heads = await json("GET", `${this.house.path}/rosters`);
    const here = heads.filter((/** @type {any} */ { period }) => period.start === this.period.start && period.end === this.period.end)
      .sort((/** @type {any} */ a, /** @type {any} */ b) => (a.updated_at < b.updated_at ? 1 : -1));
    const published = here.find((/** @type {any} */ { status, in_force }) => status === "published" && in_force.length);
    const newest = here.find((/** @type {any} */ head) => head.status === "draft" && !(published?.published_at > head.updated_at)) ?? published;
    const get = (/** @type {any} */ head) => (head ? json("GET", `${this.house.path}/rosters/${encodeURIComponent(head.id)}`) : null);
    const [roster, shown, history] = await Promise.all([get(newest), published === newest ? null : get(published), historyOf(this.house, heads, this.period.start)]);
    if (mine !== this.#turn || this.#ended) return;
    Object.assign(this, { heads, roster, published: published === newest ? roster : shown, history });
    if (published && this.compared) this.compared = { ...this.compared, schedule: this.published?.schedule ?? {} };
    this.emit("rosters");
    this.emit("shown");
    this.judge();
  }

  /**
   * Show a solved schedule, keep it as a draft of these dates, and take over what is known of it. Two pages that keep the same
   * one keep it once.
   * @param {string} id @param {Schedule} schedule @param {Verdict | null} verdict
   */
  async keep(id, schedule, verdict) {
    const { period } = this;
    this.#turn++; // a list that is being read is an old one
    this.roster = { id, label: "", status: "draft", updated_at: "", period, schedule };
    this.preview = null;
    this.verdict = verdict;
    this.emit("shown");
    this.emit("verdict");
    await json("PUT", `${this.house.path}/rosters/${id}`, { label: "", period, schedule });
    for (const { id: old } of this.drafts.filter((one) => one.id !== id).slice(MOST_DRAFTS)) {
      await json("DELETE", `${this.house.path}/rosters/${encodeURIComponent(old)}`).catch(() => {});
    }
    await this.reload();
  }

  /** Keep the roster as it is shown, pins and all, so that it can be published and taken along. */
  async keepShown() {
    const { schedule, roster, verdict } = this;
    if (schedule) await this.keep(roster?.status === "draft" ? roster.id : crypto.randomUUID(), schedule, verdict);
  }

  /** Drafts of these dates, newest first. @returns {any[]} */
  get drafts() {
    return this.heads.filter(({ period, status }) => status === "draft" && period.start === this.period.start && period.end === this.period.end)
      .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  }

  /** Have the shown schedule judged soon. */
  judge() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#judge().catch(() => {}), JUDGE_AFTER);
  }

  async #judge() {
    const { schedule } = this;
    this.#unjudged = document.hidden;
    if (this.#unjudged || !schedule || this.preview || this.house.socket.state !== "live") return;
    this.#judging?.abort();
    const { signal } = (this.#judging = new AbortController());
    let verdict = null;
    try {
      verdict = await json("POST", "/check", { problem: this.problem(), schedule }, { signal });
    } catch (error) {
      if (signal.aborted) return;
      this.emit("unjudged", error);
    }
    if (signal.aborted || this.#ended) return;
    this.verdict = verdict;
    this.emit("verdict");
    this.emit("shown");
  }

  #read() {
    this.pins = pinsOf(this.house, this.period);
    this.shifts = shiftsOf(this.house);
  }

  /** Back on the line, what was missed is read and judged. */
  #line() {
    const live = this.house.socket.state === "live";
    if (live && !this.#live) this.reload().catch(() => {});
    this.#live = live;
  }

  #changed() {
    this.#read();
    this.layer = null;
    this.conflicts = [];
    this.emit("shown");
    this.emit("rosters");
    this.judge();
  }
}
