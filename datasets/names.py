"""Names for generated teams: of people, of the places they work at, of what they can do."""

from __future__ import annotations

# fmt: off
FAMILY = (
    "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤",
    "吉田", "山田", "佐々木", "山口", "松本", "井上", "木村", "林", "斎藤", "清水",
    "山崎", "森", "池田", "橋本", "阿部", "石川", "山下", "中島", "石井", "小川",
    "前田", "岡田", "長谷川", "藤田", "後藤", "近藤", "村上", "遠藤", "青木", "坂本",
)
GIVEN = (
    "葵", "蓮", "陽菜", "湊", "凛", "樹", "結衣", "大翔", "咲良", "悠真", "美咲", "翔太", "七海",
    "健太", "彩花", "拓海", "真央", "直樹", "千尋", "亮", "恵", "誠", "香織", "学", "由美",
)
ABROAD = (
    "Ahmed", "Ali", "Chen", "Dubois", "Garcia", "Kaya", "Kim", "Lopez", "Müller", "Nguyen",
    "Novak", "Okafor", "Rahman", "Rossi", "Santos", "Silva", "Singh", "Tran", "Wang", "Weber",
)
PLACES = ("厨房", "ホール", "フロント", "客室", "宴会", "売店", "清掃", "喫茶", "温泉", "案内")
SKILLS = ("cash", "cooking", "languages", "service")
# fmt: on

SHORT = FAMILY + ABROAD
"""Names that tell everybody of a small team apart."""
FULL = tuple(f"{family} {given}" for family in FAMILY for given in GIVEN)
"""Names for as many people as a team may have."""
