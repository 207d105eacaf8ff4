/** A solve as a job: started, followed, stopped; picked up again after a reload, and in every other open tab. */

import { follow, json } from "../lib/api.js";
import { Emitter } from "../lib/emitter.js";

/** @typedef {import("./state.js").RosterState} RosterState */
/** @typedef {{ elapsed: number, objective: number | null, bound: number | null }} Point */

const KEPT = "toban.solve";
const SEEN = "toban.solve.seen.";

/** What the next solve is told: seconds, how many rosters, whether to keep to the published one. */
export const wishes = {
  get() {
    return { time_limit: 20, alternatives: 1, near: false, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  },
  /** @param {Record<string, any>} next */
  set(next) {
    localStorage.setItem(KEPT, JSON.stringify({ ...wishes.get(), ...next }));
  },
};

/** Tells `progress` and `ended`, with the result; `failed`, with a `Problem`. */
export class Solving extends Emitter {
  /** @type {any} the job as it was last told */ job = null;
  /** @type {Point[]} */ points = [];
  stopping = false;
  /** @type {AbortController | null} */ #following = null;

  /** @param {RosterState} state */
  constructor(state) {
    super();
    this.state = state;
  }

  get running() {
    return this.#following !== null;
  }

  async start() {
    const { time_limit, alternatives, near } = wishes.get();
    const { state } = this;
    const { house, published } = state;
    const baseline = near && published ? published.schedule : null;
    const problem = { ...state.problem({ time_limit, alternatives }), ...(baseline ? { baseline } : {}) };
    this.#begin();
    try {
      const job = await json("POST", `/jobs?restaurant=${encodeURIComponent(house.id)}`, problem, { headers: { "Idempotency-Key": crypto.randomUUID() } });
      await this.#follow(job);
    } catch (error) {
      this.#end();
      this.emit("failed", error);
    }
  }

  /** Go on with the newest job of these dates, whoever began it: follow it, or hear its end where nobody has yet. */
  async resume() {
    const { house, period, heads } = this.state;
    const { jobs } = await json("GET", `/jobs?restaurant=${encodeURIComponent(house.id)}&limit=1`);
    const [job] = jobs;
    if (!job || this.running || job.id === localStorage.getItem(SEEN + house.id) || heads.some(({ id }) => id === job.id)) return;
    const input = await json("GET", job.links.input);
    if (this.running || input.period.start !== period.start || input.period.end !== period.end) return;
    this.#begin();
    await this.#follow(job).catch((error) => {
      this.#end();
      this.emit("failed", error);
    });
  }

  /** Stop; the best so far stays. */
  async stop() {
    if (!this.job) return;
    this.stopping = true;
    this.emit("progress");
    await json("DELETE", `/jobs/${this.job.id}`);
  }

  /** Follow no longer; the job goes on. */
  close() {
    this.#following?.abort();
    this.#following = null;
  }

  #begin() {
    this.#following = new AbortController();
    Object.assign(this, { job: null, points: [], stopping: false });
    this.emit("progress");
  }

  #end() {
    this.#following = null;
    this.job = null;
    this.emit("progress");
  }

  /** @param {any} job */
  async #follow(job) {
    this.job = job;
    const { signal } = /** @type {AbortController} */ (this.#following);
    await follow(job.links.events, (event, told) => {
      if (signal.aborted) return;
      this.job = told;
      if (told.elapsed !== null) this.points.push({ elapsed: told.elapsed, objective: told.objective, bound: told.bound });
      if (told.schedule) this.state.preview = told.schedule;
      if (event === "final") {
        this.#end();
        localStorage.setItem(SEEN + this.state.house.id, told.id);
        this.emit("ended", told);
      } else {
        this.emit("progress");
        if (told.schedule) this.state.emit("shown");
      }
    }, signal);
  }
}
