/** Words of the calendar. */

/** @type {Record<string, Record<"en" | "ja", import("../lib/i18n.js").Words>>} */
export default {
  "calendar.lead": { en: "Click a day to close it, again for a day on which everybody works, again for an ordinary one.", ja: "日付をクリックすると休業、もう一度で全員出勤、さらにもう一度で通常日に戻ります。" },
  "calendar.earlier": { en: "A month earlier", ja: "前の月" },
  "calendar.later": { en: "A month later", ja: "次の月" },
  "calendar.ordinary": { en: "an ordinary day", ja: "通常日" },
  "calendar.holidays": { en: "Public holidays", ja: "祝日" },
  "calendar.holidays.are": { en: "{country}: public holidays are {rule}.", ja: "{country}の祝日：{rule}" },
};
