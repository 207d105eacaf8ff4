/** Starts the page: finds the restaurant, or welcomes a first visitor; then shows the panel the address names. */

import { json, keys } from "./lib/api.js";
import { fill, h } from "./lib/dom.js";
import { House } from "./lib/house.js";
import { onLanguage, t } from "./lib/i18n.js";
import { Dates } from "./lib/period.js";
import { report, sentence } from "./lib/problem.js";
import { keepRestaurant, place, restaurantId, router } from "./lib/router.js";
import { PANELS } from "./panels.js";
import { askForKey } from "./shell/key.js";
import { drawHeader } from "./shell/header.js";
import { drawNotices } from "./shell/notices.js";
import { drawTabs } from "./shell/tabs.js";
import { welcome } from "./shell/welcome.js";

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
/** @type {House | null} */
let house = null;
/** @type {Dates | null} */
let dates = null;
/** @type {{ id: string, name: string }[]} */
let restaurants = [];
/** @type {(() => void) | void} */
let leave;
let turn = 0;

keys.ask = askForKey;

async function start() {
  restaurants = await json("GET", "/restaurants");
  const wanted = restaurantId();
  const found = restaurants.find(({ id }) => id === wanted) ?? (wanted === null || restaurants.length ? restaurants[0] : undefined);
  if (found) await enter(found);
  else await greet();
}

/** @param {{ id: string, name: string }} restaurant */
async function enter(restaurant) {
  house?.close();
  keepRestaurant(restaurant.id);
  house = new House(restaurant);
  dates = new Dates(restaurant.id);
  house.on("barred", barred);
  house.on("refused", ({ entry, problem }) => problem.kind !== "stale" && !entry.offline && report(problem));
  house.on("state", frame);
  house.on("told", ({ type, payload }) => {
    if (type !== "RESTAURANT_RENAMED" || !house) return;
    restaurant.name = house.name = payload.name;
    frame();
  });
  fill(main, h("p.loading", null, t("loading")));
  frame();
  await house.open();
  await show();
}

/** @param {number} status */
async function barred(status) {
  if (status === 404) return start();
  if (await askForKey(null)) house?.socket.again();
}

async function greet() {
  const from = restaurants.find(({ id }) => id === restaurantId()) ?? restaurants[0] ?? null;
  leave?.();
  leave = undefined;
  house?.close();
  house = null;
  frame();
  await welcome(main, from, (made) => {
    restaurants = [...restaurants.filter(({ id }) => id !== made.id), made];
    return enter(made);
  });
}

/** Header, tabs and notices. */
function frame() {
  /** @type {HTMLElement} */ (document.querySelector(".skip")).textContent = t("skip");
  const actions = { enter, greet, renamed: () => frame() };
  drawHeader(house, restaurants, actions);
  drawTabs(house, PANELS, place().panel || PANELS[0].id);
  drawNotices(house);
}

/** Show the panel the address names. */
async function show() {
  if (!house || !dates) return greet();
  const mine = ++turn;
  const { panel, rest } = place();
  const chosen = PANELS.find(({ id }) => id === panel) ?? PANELS[0];
  frame();
  document.title = `${t(chosen.label)} · ${house.name} · toban`;
  const { mount } = await chosen.load();
  if (mine !== turn) return;
  leave?.();
  fill(main);
  main.dataset.panel = chosen.id;
  leave = mount(main, { house, dates, rest });
}

router.on("place", () => house && show().catch(fail));
onLanguage(() => (house ? show() : greet()).catch(fail));
/** @type {HTMLElement} */ (document.querySelector(".skip")).addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || !house) return;
  if (event.target instanceof HTMLElement && event.target.closest("input, textarea, dialog")) return;
  event.preventDefault();
  house.history[event.shiftKey ? "redo" : "undo"]();
});

/** @param {unknown} error */
function fail(error) {
  fill(main, h("div.loading.stack", null, h("p", null, sentence(error)),
    h("p", null, h("button.button", { onclick: () => begin() }, t("again")))));
}

function begin() {
  fill(main, h("p.loading", null, t("loading")));
  start().catch(fail);
}

begin();
