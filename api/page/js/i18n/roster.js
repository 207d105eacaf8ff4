/** Words of the roster. */

/** @type {Record<string, Record<"en" | "ja", import("../lib/i18n.js").Words>>} */
export default {
  "roster.empty": { en: "Nobody is on the staff yet.", ja: "スタッフがまだいません。" },
};
