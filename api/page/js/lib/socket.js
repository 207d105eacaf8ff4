/** A WebSocket that comes back: with growing pauses, at once when the browser is online again, and from the revision known last. */

import { key } from "./api.js";
import { Emitter } from "./emitter.js";

const LONGEST_PAUSE = 15_000;
const PATIENCE = 10_000;
const [KEY_REFUSED, SCOPE_MISSING, NO_SUCH_RESTAURANT, BAD_SINCE] = [4401, 4403, 4404, 4400];

/**
 * Tells `message` (parsed), `state` (connecting, live, offline), `open`, `closed`, and `barred` with 401, 403 or 404 where
 * coming back is of no use.
 */
export class Socket extends Emitter {
  /** @type {"connecting" | "live" | "offline"} */
  state = "connecting";
  /** When it will try again, in milliseconds as of `Date.now()`. @type {number | null} */
  next = null;
  #path;
  #since;
  /** @type {WebSocket | null} */
  #socket = null;
  #tries = 0;
  #timer = 0;
  #ended = false;

  /**
   * @param {string} path such as `/v1/restaurants/honten/ws`
   * @param {() => number | null} since the revision known last
   */
  constructor(path, since) {
    super();
    this.#path = path;
    this.#since = since;
    addEventListener("online", this.#online);
    addEventListener("offline", this.#offline);
  }

  #online = () => this.again();
  #offline = () => {
    this.#drop();
    this.#later(LONGEST_PAUSE);
  };

  /** Connect now, whatever the pause. */
  again() {
    if (this.#ended || this.state === "live") return;
    clearTimeout(this.#timer);
    this.#drop();
    this.#open();
  }

  /** Give this connection up and make a new one; for one that has gone silent. */
  renew() {
    this.#drop();
    this.#say("connecting");
    this.#open();
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#online);
    removeEventListener("offline", this.#offline);
    this.#drop();
  }

  /** @param {object} message @returns {boolean} whether it left; an answer is a matter of its own */
  send(message) {
    if (this.state !== "live" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open() {
    const since = this.#since();
    const url = new URL(this.#path + (since === null ? "" : `?since=${since}`), location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const held = key();
    const socket = new WebSocket(url, held ? ["toban", `bearer.${held}`] : ["toban"]);
    this.#socket = socket;
    const silent = setTimeout(() => socket.close(), PATIENCE);
    const mine = () => this.#socket === socket;
    socket.onopen = () => {
      clearTimeout(silent);
      if (!mine()) return;
      this.#say("live");
      this.emit("open");
    };
    socket.onmessage = ({ data }) => {
      if (!mine()) return;
      this.#tries = 0;
      this.emit("message", JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      clearTimeout(silent);
      if (mine()) this.#closed(code);
    };
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    if (this.#ended) return;
    if (code === KEY_REFUSED || code === SCOPE_MISSING || code === NO_SUCH_RESTAURANT) {
      this.#say("offline");
      this.emit("closed");
      this.emit("barred", code - 4000);
    } else {
      if (code === BAD_SINCE) this.emit("lost");
      const pause = Math.min(LONGEST_PAUSE, 250 * 2 ** this.#tries++);
      this.#later(pause * (0.75 + Math.random() / 2));
    }
  }

  /** @param {number} pause */
  #later(pause) {
    if (this.#ended) return;
    this.next = Date.now() + pause;
    this.#say("offline");
    this.emit("closed");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#drop();
      this.#open();
    }, pause);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {"connecting" | "live" | "offline"} state */
  #say(state) {
    if (state === "live") this.next = null;
    this.state = state;
    this.emit("state", state);
  }
}
