/** Public holidays with their names, asked for once. */

import { json } from "./api.js";
import { language } from "./i18n.js";

/** @type {Map<string, Promise<{ date: string, name: string }[]>>} */
const asked = new Map();

/**
 * Those between two days in the country of the house; none where they cannot be read.
 * @param {import("./house.js").House} house @param {string} start @param {string} end
 */
export async function holidaysOf(house, start, end) {
  const country = house.setting("holidays")?.country ?? "JP";
  const query = new URLSearchParams({ country, start, end });
  const key = `${query} ${language()}`;
  if (!asked.has(key)) asked.set(key, json("GET", `/holidays?${query}`));
  const found = await /** @type {Promise<{ date: string, name: string }[]>} */ (asked.get(key)).catch(() => (asked.delete(key), []));
  return new Map(found.map(({ date, name }) => [date, name]));
}
