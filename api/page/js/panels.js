/**
 * The panels, in the order of the tabs. How to write one: `api/docs/page.md`.
 *
 * @typedef {{ house: import("./lib/house.js").House, dates: import("./lib/period.js").Dates, rest: string[] }} Context
 * @typedef {{ mount: (root: HTMLElement, context: Context) => (() => void) | void }} Panel
 */

/** @type {{ id: string, label: string, icon: any, load: () => Promise<Panel> }[]} */
export const PANELS = [
  { id: "roster", label: "tab.roster", icon: "roster", load: () => import("./roster/panel.js") },
  { id: "backups", label: "tab.backups", icon: "backups", load: () => import("./backups/panel.js") },
  { id: "staff", label: "tab.staff", icon: "people", load: () => import("./staff/panel.js") },
  { id: "rules", label: "tab.rules", icon: "rules", load: () => import("./rules/panel.js") },
  { id: "calendar", label: "tab.calendar", icon: "calendar", load: () => import("./calendar/panel.js") },
  { id: "coverage", label: "tab.coverage", icon: "coverage", load: () => import("./coverage/panel.js") },
];
