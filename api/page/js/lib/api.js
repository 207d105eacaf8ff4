/** Calls of the public HTTP API. What fails is thrown as a `Problem`, with every fault the server named. */

import { language, t } from "./i18n.js";

const KEPT = "toban.key";

/** @typedef {{ code: string, path: string, found: any, expected: string }} Fault */

/** An error as RFC 9457 tells it; status 0 where no answer came. */
export class Problem extends Error {
  /** @param {{ type?: string, title?: string, status: number, detail?: string, errors?: Fault[], [more: string]: any }} body */
  constructor(body) {
    super(body.detail || body.title || String(body.status));
    this.name = "Problem";
    this.body = body;
    this.status = body.status;
    /** @type {Fault[]} */
    this.faults = body.errors ?? [];
    /** The last part of its URN, such as `stale`. */
    this.kind = (body.type ?? "").split(":").at(-1);
  }

  /** Whether trying again later may help. */
  get passing() {
    return [0, 408, 429, 502, 503, 504].includes(this.status);
  }
}

export const key = () => sessionStorage.getItem(KEPT);

/** @param {string | null} value */
export function keepKey(value) {
  if (value) sessionStorage.setItem(KEPT, value);
  else sessionStorage.removeItem(KEPT);
}

/** Asks for a key; set by the shell. @type {{ ask: (problem: Problem) => Promise<boolean> }} */
export const keys = { ask: async () => false };

/** @param {Record<string, string>} [more] */
function headers(more = {}) {
  const held = key();
  return { "Accept-Language": language(), ...(held ? { Authorization: `Bearer ${held}` } : {}), ...more };
}

/**
 * Call the API. A 401 asks for a key and, once there is one, tries again.
 * @param {string} method
 * @param {string} path below `/v1`, such as `/restaurants`; or a whole one such as `/health`
 * @param {any} [body] sent as JSON
 * @param {{ signal?: AbortSignal, headers?: Record<string, string> }} [options]
 * @returns {Promise<Response>}
 */
export async function call(method, path, body, options = {}) {
  const sent = {
    method,
    signal: options.signal,
    headers: headers({ ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...options.headers }),
    body: body === undefined ? undefined : JSON.stringify(body),
  };
  const url = path.startsWith("/health") || path.startsWith("/v1") ? path : `/v1${path}`;
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(url, sent);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem({ status: 0, title: t("problem.unreached") });
  }
  if (answer.ok) return answer;
  const problem = await read(answer);
  if (answer.status === 401 && (await keys.ask(problem))) return call(method, path, body, options);
  throw problem;
}

/** @param {Response} answer */
async function read(answer) {
  try {
    const body = await answer.json();
    return new Problem({ ...body, status: answer.status });
  } catch {
    return new Problem({ status: answer.status, title: answer.statusText });
  }
}

/**
 * Call and read the JSON answer.
 * @param {string} method
 * @param {string} path
 * @param {any} [body]
 * @param {{ signal?: AbortSignal, headers?: Record<string, string> }} [options]
 * @returns {Promise<any>}
 */
export async function json(method, path, body, options) {
  const answer = await call(method, path, body, options);
  return answer.status === 204 ? null : answer.json();
}

/**
 * Follow server-sent events until they end; unlike EventSource it sends the key. A cut stream is followed anew.
 * @param {string} path
 * @param {(event: string, data: any) => void} onEvent
 * @param {AbortSignal} signal
 */
export async function follow(path, onEvent, signal) {
  for (;;) {
    try {
      const answer = await call("GET", path, undefined, { signal, headers: { Accept: "text/event-stream" } });
      if (await readEvents(answer, onEvent)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && !error.passing) throw error;
    }
    await new Promise((go) => setTimeout(go, 1000));
    if (signal.aborted) return;
  }
}

/**
 * @param {Response} answer
 * @param {(event: string, data: any) => void} onEvent
 * @returns {Promise<boolean>} whether the last event came
 */
async function readEvents(answer, onEvent) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return false;
    rest += value.replaceAll("\r\n", "\n");
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      const event = lines.find((line) => line.startsWith("event:"))?.slice(6).trim() ?? "message";
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart()).join("\n");
      if (!data) continue;
      onEvent(event, JSON.parse(data));
      if (event === "final") return true;
    }
  }
}
