/** Words of staff and groups. */

/** @type {Record<string, Record<"en" | "ja", import("../lib/i18n.js").Words>>} */
export default {
  "staff.people": { en: { one: "{n} person", other: "{n} people" }, ja: "スタッフ {n} 人" },
  "staff.add": { en: "Add a person", ja: "スタッフを追加" },
  "staff.many": { en: "Add many", ja: "まとめて追加" },
  "staff.many.label": { en: "One name a line; a status may follow a comma", ja: "1 行に 1 人。読点かコンマの後に区分を書けます" },
  "staff.many.hint": { en: "A column pasted from a spreadsheet will do.", ja: "表計算の列をそのまま貼り付けられます。" },
  "staff.none": { en: "Nobody yet. Add the people the roster is for.", ja: "まだ誰もいません。シフト表に載せるスタッフを追加してください。" },
  "staff.edit": { en: "Edit {name}", ja: "{name}を編集" },
  "staff.remove": { en: "Take off the staff", ja: "スタッフから外す" },
  "staff.inactive": { en: { one: "{n} person no longer on the staff", other: "{n} people no longer on the staff" }, ja: "外したスタッフ {n} 人" },
  "staff.erase.title": { en: "Delete {name} for good?", ja: "{name}を完全に削除しますか？" },
  "staff.erase.why": { en: "Whatever refers to it has to go first. The log of changes keeps it.", ja: "参照している設定を先に削除する必要があります。変更履歴には残ります。" },
  "groups.title": { en: { one: "{n} group", other: "{n} groups" }, ja: "{n} グループ" },
  "groups.add": { en: "Add a group", ja: "グループを追加" },
  "groups.lead": { en: "People whose absences are covered together: when one is off, the group’s next backup stands in.", ja: "休みをまとめてカバーする単位です。誰かが休むと、グループの次のバックアップが入ります。" },
  "groups.backups": { en: { one: "{n} backup", other: "{n} backups" }, ja: "バックアップ {n} 人" },
  "groups.remove": { en: "Remove the group", ja: "グループを外す" },
  "groups.inactive": { en: { one: "{n} group that was removed", other: "{n} groups that were removed" }, ja: "外したグループ {n} 件" },
  "groups.erase.title": { en: "Delete the group {name} for good?", ja: "グループ「{name}」を完全に削除しますか？" },
  "field.groups": { en: "Groups", ja: "グループ" },
  "field.employed": { en: "Employed", ja: "雇用期間" },
};
