"""The catalogue of codes: every fault that refuses a problem and every warning that goes with a result.

The catalogue page and `GET /v1/codes` are made from this module; a code's comment is its meaning.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Code(StrEnum):
    """A stable name of one kind of fault or warning."""

    # the document
    NOT_JSON = "not_json"
    DUPLICATE_KEY = "duplicate_key"
    NOT_FINITE = "not_finite"
    BAD_TEXT = "bad_text"
    FIELD_TWICE = "field_twice"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    BAD_DATE = "bad_date"
    OUT_OF_RANGE = "out_of_range"
    NOT_HALF_DAY = "not_half_day"
    NOT_WHOLE = "not_whole"
    TOO_LARGE = "too_large"
    # references
    DUPLICATE_ID = "duplicate_id"
    DUPLICATE_ENTRY = "duplicate_entry"
    UNKNOWN_STAFF = "unknown_staff"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_SYMBOL = "unknown_symbol"
    LOOKALIKE_SYMBOL = "lookalike_symbol"
    DUPLICATE_SYMBOL = "duplicate_symbol"
    DUPLICATE_ROLE = "duplicate_role"
    MISSING_ROLE = "missing_role"
    ROLE_KIND = "role_kind"
    # dates and numbers
    REVERSED_DATES = "reversed_dates"
    OUTSIDE_PERIOD = "outside_period"
    OUTSIDE_EMPLOYMENT = "outside_employment"
    NOT_BEFORE_PERIOD = "not_before_period"
    MIN_ABOVE_MAX = "min_above_max"
    SCOPE_AMBIGUOUS = "scope_ambiguous"
    MIXED_ASSIGNMENT_TYPE = "mixed_assignment_type"
    # warnings about settings
    LEGACY_IGNORED = "legacy_ignored"
    LIMIT_SHADOWED = "limit_shadowed"
    NEVER_APPLIES = "never_applies"
    BASELINE_IGNORED = "baseline_ignored"
    GROUP_WITHOUT_BACKUP = "group_without_backup"
    # warnings about the timelines of backups
    BACKUP_NEVER_NORMAL = "backup_never_normal"
    ASSIGNMENT_NEVER_EFFECTIVE = "assignment_never_effective"
    ASSIGNMENT_OVERLAP = "assignment_overlap"
    ASSIGNMENT_GAP = "assignment_gap"
    SAME_ORDER = "same_order"
    BACKUP_IS_MEMBER = "backup_is_member"
    BACKUP_CIRCLE = "backup_circle"
    # warnings from counting
    TOO_MANY_OFF = "too_many_off"
    TOO_FEW_OFF = "too_few_off"
    TOO_FEW_STAFF = "too_few_staff"
    TOO_MANY_FIXED = "too_many_fixed"
    UNREACHABLE_LIMIT = "unreachable_limit"
    # warnings about the answer
    FEWER_ALTERNATIVES = "fewer_alternatives"
    # warnings about warnings
    MORE_WARNINGS = "more_warnings"


class CodeInfo(NamedTuple):
    """One row of the catalogue."""

    code: str
    severity: str  # "fault" refuses the problem; "warning" goes with the result
    meaning: str


_FAULTS = {
    Code.NOT_JSON: "The text is not JSON (or is nested too deeply).",
    Code.DUPLICATE_KEY: "A JSON object has the same key twice, so one of the two values would be lost.",
    Code.NOT_FINITE: "NaN or Infinity stands where a number is expected.",
    Code.BAD_TEXT: "A text holds characters that cannot be written in UTF-8.",
    Code.FIELD_TWICE: "A field is given in both spellings (snake_case and camelCase).",
    Code.UNKNOWN_FIELD: "There is no field of this name here; a misspelt rule must not vanish.",
    Code.MISSING_FIELD: "A required field is absent.",
    Code.WRONG_TYPE: "The value has another JSON type than expected.",
    Code.BAD_VALUE: "The value is not one of those allowed.",
    Code.BAD_DATE: "Not a date as YYYY-MM-DD, or a day that does not exist.",
    Code.OUT_OF_RANGE: "The number is smaller or larger than allowed.",
    Code.NOT_HALF_DAY: "The number is not a multiple of 0.5.",
    Code.NOT_WHOLE: "The measure counts whole days or minutes; the number has a half.",
    Code.TOO_LARGE: "The problem, a list or a text exceeds the stated size.",
    Code.DUPLICATE_ID: "Two entries of one list carry the same id.",
    Code.DUPLICATE_ENTRY: "The same value stands twice in one list.",
    Code.UNKNOWN_STAFF: "The id names nobody in `staff`.",
    Code.UNKNOWN_GROUP: "The id names no entry of `staff_groups`.",
    Code.UNKNOWN_SYMBOL: "The symbol is not one of the shift types.",
    Code.LOOKALIKE_SYMBOL: "The symbol only looks like one of the shift types.",
    Code.DUPLICATE_SYMBOL: "Two shift types have the same symbol (compared after NFC).",
    Code.DUPLICATE_ROLE: "Two shift types have the same unique role (normal, off, away).",
    Code.MISSING_ROLE: "The request needs a shift type with this role and none has it.",
    Code.ROLE_KIND: "The role does not fit the kind of the shift type.",
    Code.REVERSED_DATES: "An end lies before its start.",
    Code.OUTSIDE_PERIOD: "The date lies outside the period.",
    Code.OUTSIDE_EMPLOYMENT: "The person is not employed (or not active) on that date.",
    Code.NOT_BEFORE_PERIOD: "A date of `history` does not lie before the period.",
    Code.MIN_ABOVE_MAX: "A minimum exceeds its maximum.",
    Code.SCOPE_AMBIGUOUS: "A scope names more than one of staff_ids, group_ids, skills, statuses.",
    Code.MIXED_ASSIGNMENT_TYPE: "A person has active on_call and active regular assignments.",
}
_WARNINGS = {
    Code.LEGACY_IGNORED: "A field of the old settings object has no meaning here and was left out.",
    Code.LIMIT_SHADOWED: "Another limit of equal standing comes first for some person; this one has no effect on him.",
    Code.NEVER_APPLIES: "The entry asks for nothing, or matches no person or no day of this period.",
    Code.BASELINE_IGNORED: "A baseline cell lies outside the period or employment and was not compared.",
    Code.GROUP_WITHOUT_BACKUP: "The group has no active backup assignment: absences in it are not covered.",
    Code.BACKUP_NEVER_NORMAL: "A hard rule forbids the backup to stand on ○, so the assignment can never cover.",
    Code.ASSIGNMENT_NEVER_EFFECTIVE: "The assignment takes effect on no open day of this period.",
    Code.ASSIGNMENT_OVERLAP: "A person has two assignments to one group whose dates overlap.",
    Code.ASSIGNMENT_GAP: "Within the period there are open days on which no assignment of the group is in effect.",
    Code.SAME_ORDER: "Two assignments of one group have the same order on the same dates; the first listed covers.",
    Code.BACKUP_IS_MEMBER: "The backup is a member of the group: he cannot cover his own absence.",
    Code.BACKUP_CIRCLE: "Two people back each other's groups.",
    Code.TOO_MANY_OFF: "The days off (or on a shift) that people are to have exceed what the limits of the days allow.",
    Code.TOO_FEW_OFF: "The days off demanded of each day exceed what the people can have.",
    Code.TOO_FEW_STAFF: "More people are demanded on some days than can be there.",
    Code.TOO_MANY_FIXED: "More people are fixed on some symbols on one day than a maximum allows.",
    Code.UNREACHABLE_LIMIT: "A person's minimum exceeds, or what is fixed for him breaks, what he can have.",
    Code.FEWER_ALTERNATIVES: "There are fewer alternatives than asked for, or time ran out before more were found.",
    Code.MORE_WARNINGS: "There are more warnings than are listed.",
}


def catalogue() -> list[CodeInfo]:
    """All codes with their severity and meaning, faults first, in the order of this module."""
    return [
        CodeInfo(code.value, severity, meanings[code])
        for severity, meanings in (("fault", _FAULTS), ("warning", _WARNINGS))
        for code in Code
        if code in meanings
    ]
