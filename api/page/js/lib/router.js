/** Where the page is: `#PANEL/REST` in the address, and the restaurant as `?restaurant=ID`. */

import { Emitter } from "./emitter.js";

export const router = new Emitter();
const KEPT = "toban.restaurant";

/** @returns {{ panel: string, rest: string[] }} */
export function place() {
  const [panel = "", ...rest] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { panel, rest };
}

/** @param {string} panel @param {...string} rest */
export function go(panel, ...rest) {
  location.hash = [panel, ...rest].map(encodeURIComponent).join("/");
}

/** The restaurant the address names, or the one of the last visit. */
export const restaurantId = () => new URLSearchParams(location.search).get("restaurant") ?? localStorage.getItem(KEPT);

/** Name another restaurant in the address. @param {string | null} id */
export function keepRestaurant(id) {
  const url = new URL(location.href);
  if (id === null) {
    url.searchParams.delete("restaurant");
    localStorage.removeItem(KEPT);
  } else {
    url.searchParams.set("restaurant", id);
    localStorage.setItem(KEPT, id);
  }
  history.replaceState(null, "", url);
}

addEventListener("hashchange", () => router.emit("place", place()));
