/** Elements from calls. No markup is ever parsed: text is text, and styles go through CSSOM, as the policy allows. */

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/**
 * Make an element: `h("button.primary", { onclick, "aria-label": "…" }, icon, "text")`.
 *
 * Properties: `on…` listeners, `class`, `dataset`, `style` (an object, custom properties too), the live properties `value`,
 * `checked`, `disabled`, `hidden`, `indeterminate`, and attributes for all else; null, undefined and false leave one out.
 * @param {string} what tag and classes, as `tag.class.class`
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {any} the element
 */
export function h(what, props, ...children) {
  const [tag, ...classes] = what.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  set(made, props ?? {});
  add(made, children);
  return made;
}

const LIVE = new Set(["value", "checked", "disabled", "hidden", "indeterminate", "open", "selected", "tabIndex"]);

/**
 * Set properties, as `h` does.
 * @param {any} element
 * @param {Record<string, any>} props
 */
export function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = [element.className, value].filter(Boolean).join(" ");
    else if (name === "dataset") Object.assign(element.dataset, clean(value));
    else if (name === "style") for (const [key, one] of Object.entries(value)) element.style.setProperty(key, String(one));
    else if (LIVE.has(name)) element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
}

/** @param {Record<string, any>} given */
const clean = (given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));

/**
 * Append children; of lists their items, of nothing nothing.
 * @param {Node} parent
 * @param {Child} child
 */
export function add(parent, child) {
  if (Array.isArray(child)) for (const one of child) add(parent, one);
  else if (child instanceof Node) parent.appendChild(child);
  else if (child !== null && child !== undefined && child !== false) parent.appendChild(document.createTextNode(String(child)));
}

/**
 * Put these children in place of those an element has.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
}

/** Shapes of icons, drawn on 20 × 20 with a stroke of the text's colour. */
const ICONS = {
  roster: "M3 4h14v12H3zM3 8h14M8 8v8M12.5 8v8M3 12h14",
  people: "M7 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M2 16c0-2.8 2.2-4.5 5-4.5s5 1.7 5 4.5M13 9a2.25 2.25 0 1 0 0-4.5M14 11.6c2.3.2 4 1.8 4 4.4",
  backups: "M4 6h9M10.5 3 13.5 6l-3 3M16 14H7M9.5 11 6.5 14l3 3",
  rules: "M4 5.5h12M4 10h12M4 14.5h12M7.5 4v3M13 8.5v3M6 13v3",
  calendar: "M3 5h14v12H3zM3 9h14M7 3v3.5M13 3v3.5",
  coverage: "M10 2.5 16 5v4.8c0 3.6-2.5 6.3-6 7.7-3.5-1.4-6-4.1-6-7.7V5zM7.2 9.8l2 2 3.6-3.9",
  undo: "M5 8h7.5a4 4 0 0 1 0 8H8M8 4.5 4.5 8 8 11.5",
  redo: "M15 8H7.5a4 4 0 0 0 0 8H12M12 4.5 15.5 8 12 11.5",
  close: "M5 5l10 10M15 5 5 15",
  down: "M5.5 8 10 12.5 14.5 8",
  left: "M12 5.5 7.5 10l4.5 4.5",
  right: "M8 5.5 12.5 10 8 14.5",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  plus: "M10 4v12M4 10h12",
  check: "M4.5 10.5 8.5 14.5 15.5 6",
  pin: "M7 3h6l-.8 6 2.3 2.5h-9L7.8 9zM10 11.5V17",
  stop: "M5.5 5.5h9v9h-9z",
  play: "M6.5 4.5 15 10l-8.5 5.5z",
  print: "M6 7V3h8v4M6 14H3V7h14v7h-3M6 12h8v5H6z",
  download: "M10 3v9M6.5 8.5 10 12l3.5-3.5M4 16h12",
  warning: "M10 3.5 17.5 16.5h-15zM10 8.5v4M10 14.6v.01",
  globe: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M3 10h14M10 3c2.2 2 3.3 4.3 3.3 7S12.2 15 10 17c-2.2-2-3.3-4.3-3.3-7S7.8 5 10 3",
  key: "M12.5 11a4 4 0 1 0-3.8-2.8L3 14v3h3v-2h2v-2h1.5l1.2-1.2c.6.1 1.2.200 1.8.200M13.5 6.5h.01",
  grip: "M7.5 5h.01M12.5 5h.01M7.5 10h.01M12.5 10h.01M7.5 15h.01M12.5 15h.01",
  help: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M7.9 8a2.1 2.1 0 1 1 3.2 1.8c-.7.4-1.1.9-1.1 1.7M10 13.8v.01",
  live: "M10 14a4 4 0 1 0 0-8 4 4 0 0 0 0 8",
  waiting: "M10 16.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M10 6.5V10l2.5 2",
  offline: "M4 4l12 12M10 15.5h.01M7.5 12.2a4 4 0 0 1 3.2-.9M4.8 9.3A8 8 0 0 1 7.5 7.6M10.5 6.9c1.8.1 3.5.9 4.8 2.3",
};

/**
 * Draw an icon; it says nothing to a screen reader, so whatever holds it needs a text or label.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 20 20", width: "20", height: "20", fill: name === "live" ? "currentColor" : "none", stroke: "currentColor",
    "stroke-width": "1.5", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

let ids = 0;
/** @param {string} [stem] */
export const uniqueId = (stem = "u") => `${stem}-${++ids}`;

/**
 * Remembers what has the focus and which `details` are open, by their `data-name`, to give both back after drawing anew.
 * @param {Element} root
 */
export function stateOf(root) {
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && root.contains(active) ? active.dataset.name : null;
  const open = new Set([...root.querySelectorAll("details[open]")].map((one) => /** @type {HTMLElement} */ (one).dataset.name));
  return () => {
    for (const one of root.querySelectorAll("details")) if (one.dataset.name && open.has(one.dataset.name)) one.open = true;
    if (focused) /** @type {HTMLElement | null} */ (root.querySelector(`[data-name="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
  };
}
