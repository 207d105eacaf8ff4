"""A first roster without a model: day by day, who rests and who takes which shift.

Large teams have a roster this way before their model is even built, and the search has something to begin from. Each day
those rest whose days off are most overdue — or who have worked as long as a stretch may be — as far as everybody's
group stays covered and its conflict rule and the limits on days off allow. Those at work then fill what demand asks for
beside ○, and people on call come in where those before them in a chain do not suffice. It follows the usual rules only as
far as a day can be seen by itself; what it gives out is judged by the checker like any roster. About a microsecond for
each person, day and look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from solver.domain.entry import Demand, WeeklyLimit
from solver.domain.group import StaffGroup
from solver.domain.period import plus, prorated_up
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.staff import EVERYBODY
from solver.rules.rest_time import rest_between
from solver.search.budget import Budget
from solver.search.columns.automata import counters_of

USUAL_SHARE = 2 / 7  # days off, where no limit says more
URGENCY = 1 / 20  # what a day of work behind somebody adds to the rate at which he is owed days off
USUAL_STRETCH = 5  # days of work in a row, where no rule says less


def day_by_day(problem: Problem, budget: Budget, *, careful: bool = True) -> Schedule | None:
    """Everybody's cells; None where the usual symbols do not exist, or time is up.

    `careful`: days off that pass over a first backup are given last, which makes a better roster, but may leave people
    with days off that they no longer can take.
    """
    if problem.off is None or problem.normal is None:
        return None
    planner = _Planner(problem, problem.off, problem.normal, careful=careful)
    for day in problem.days:
        if budget.spent:
            return None
        planner.plan(day)
    return Schedule({staff: row for staff, row in planner.rows.items() if row})


class _Person:
    """What is kept of one person on the way through the days."""

    def __init__(self) -> None:
        self.streak = 0  # days of work in a row
        self.wanted = 0.0  # days off still to be given, fixed ones included
        self.fixed_off = 0  # of them, those still to come that are fixed
        self.free_days = 0  # still to come, on which a day off may be given
        self.room, self.unit = 10**9, 1  # of a limit on days off: what is left beyond those wanted, what one takes
        self.adds: dict[str, int] = {}
        self.took: Counter[str] = Counter()


class _Planner:
    def __init__(self, problem: Problem, off: str, normal: str, *, careful: bool) -> None:
        self.problem, self.off, self.normal, self.careful = problem, off, normal, careful
        self.rows: dict[str, dict[date, str]] = {p.id: {} for p in problem.staff}
        self.ordinary = problem.ordinary(p.id for p in problem.staff if problem.employed_days(p.id))
        self.resting = frozenset((*problem.of_kind("off"), *problem.of_kind("away")))
        self.groups_of: dict[str, list[StaffGroup]] = defaultdict(list)
        self.backed_by: dict[str, list[StaffGroup]] = defaultdict(list)
        for group in problem.groups:
            for member in group.members:
                self.groups_of[member].append(group)
            for backup in dict.fromkeys(a.staff_id for a in problem.assignments_of[group.id]):
                self.backed_by[backup].append(group)
        self.told = self._orders()
        self.people = {s: self._person(s) for s in self.ordinary}
        work = [e.max for e in problem.settings.stretches if e.is_active and e.kind == "work" and e.max is not None]
        self.longest = min([*work, USUAL_STRETCH]) if work else USUAL_STRETCH
        self.sequences, self.too_short = self._pairs()
        self.weekly = problem.most_specific(problem.settings.weekly_limits, self._weekly_key)
        self.week_of = {
            start: {day: week for week in problem.period.weeks(start) for day in week}
            for start in {limit.week_start for limit in problem.settings.weekly_limits}
        }
        self.off_in_week: Counter[tuple[str, date]] = Counter()
        self._count_fixed()

    def _person(self, staff: str) -> _Person:
        """How many days off the person should have, within the limits that count over the whole period."""
        problem, person = self.problem, _Person()
        open_days = [d for d in problem.employed_days(staff) if not problem.closed(d)]
        person.wanted = float(round(USUAL_SHARE * len(open_days)))
        for counter in counters_of(problem, staff):
            unit = counter.values.get(self.off, 0)
            if counter.steps is not None or unit <= 0:
                continue
            least, most = -(-counter.low // unit), counter.high // unit
            person.wanted = float(min(max(person.wanted, least), most))
            others = {k: v for k, v in counter.values.items() if v and k != self.off}
            if others:
                person.wanted = float(max(least, min(person.wanted, most - 1)))
                person.adds = others
            room = counter.high - round(person.wanted) * unit
            if room // unit < person.room // person.unit:
                person.room, person.unit = room, unit
        for day in open_days:
            choices = self._choices(staff, day)
            if len(choices) == 1:
                person.fixed_off += choices[0] in self.resting
            else:
                person.free_days += self.off in choices
        day = plus(problem.period.start, -1)
        while (before := problem.before(staff, day)) is not None and before not in self.resting:
            person.streak += 1
            day = plus(day, -1)
        return person

    def _weekly_key(self, limit: WeeklyLimit) -> Iterable[str]:
        return ("max",) if limit.max is not None and self.off in limit.symbols else ()

    def _count_fixed(self) -> None:
        """Days off that are fixed count in their week from the beginning."""
        for (staff, _), i in self.weekly.items():
            for day in self.problem.employed_days(staff):
                if self.problem.pinned(staff, day) == self.off and not self.problem.closed(day):
                    self.off_in_week[staff, self._week(i, day)[0]] += 1

    def _week(self, i: int, day: date) -> tuple[date, ...]:
        return self.week_of[self.problem.settings.weekly_limits[i].week_start][day]

    def _pairs(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Pairs of symbols some rule does not like on consecutive days, and those with too little rest between them."""
        settings = self.problem.settings
        disliked = {
            (first, second)
            for entry in settings.forbidden_sequences
            if entry.is_active and len(entry.symbols) == 2
            for first in entry.symbols[0]
            for second in entry.symbols[1]
        }
        least = max((e.minutes for e in settings.rest if e.is_active), default=0)
        short = {
            (first.symbol, second.symbol)
            for first in settings.shift_types
            for second in settings.shift_types
            if (rest := rest_between(first, second)) is not None and rest < least
        }
        return disliked | short, short

    def _choices(self, staff: str, day: date) -> tuple[str, ...]:
        """What a cell may hold, what orders and permissions of single people say included, where that leaves anything."""
        choices = self.problem.choices(staff, day)
        if len(choices) > 1 and staff in self.told:
            for symbols, wanted, days in self.told[staff]:
                if days is None or day in days:
                    choices = tuple(k for k in choices if (k in symbols) == wanted) or choices
        return choices

    def _orders(self) -> dict[str, list[tuple[frozenset[str], bool, frozenset[date] | None]]]:
        """By person: symbols that he may only stand on, or may not, and on which days."""
        problem = self.problem
        told: dict[str, list[tuple[frozenset[str], bool, frozenset[date] | None]]] = defaultdict(list)
        for allowed in problem.settings.allowed_shifts:
            for staff in problem.in_scope(allowed.scope) if allowed.is_active else ():
                told[staff].append((frozenset(allowed.symbols), True, None))
        for rule in problem.settings.priority_rules:
            if rule.is_active and rule.rule_type in ("required_shift", "blocked_shift"):
                days = frozenset(d for d in problem.plain_days if problem.matches(rule, d))
                required = rule.rule_type == "required_shift"
                symbols = frozenset({rule.shift, *rule.except_symbols} if required else {rule.shift})
                for staff in problem.rule_staff(rule):
                    told[staff].append((symbols, required, days))
        return told

    # ---- one day ----------------------------------------------------------------------------------

    def plan(self, day: date) -> None:
        """Fill everybody's cell."""
        problem = self.problem
        today: dict[str, str] = {}
        free: list[str] = []
        for staff in self.ordinary:
            if problem.employed(staff, day):
                choices = self._choices(staff, day)
                if len(choices) > 1 and self.off in choices:
                    free.append(staff)
                today[staff] = self.normal if self.normal in choices else choices[0]
        for staff in problem.on_call:
            if problem.employed(staff, day):
                choices = problem.choices(staff, day)
                today[staff] = choices[0]  # ○, to be called
        if not problem.closed(day):
            self.absent = Counter(
                g.id for staff, k in today.items() if k in self.resting for g in self.groups_of.get(staff, ())
            )
            self._give_days_off(day, today, free)
            self._fill_demand(day, today)
            self._call(day, today)
        for staff, symbol in today.items():
            self.rows[staff][day] = symbol
        self._remember(day, today, set(free))

    def _give_days_off(self, day: date, today: dict[str, str], free: list[str]) -> None:
        problem = self.problem
        yesterday, tomorrow = plus(day, -1), plus(day, 1)
        low, high = self._daily_bounds(day)
        fixed = sum(symbol == self.off for symbol in today.values())
        rates: dict[str, float] = {}
        for staff in free:
            person = self.people[staff]
            due = person.wanted - person.fixed_off
            rates[staff] = due / max(1, person.free_days) if due > 0 else 0.0
        target = round(min(max(sum(rates.values()), low - fixed), high - fixed))

        def order(staff: str) -> tuple[bool, bool, float]:
            person = self.people[staff]
            before = self._before(staff, yesterday)
            beside = (before, self.off) in self.sequences or problem.pinned(staff, tomorrow) == self.off
            forced = person.streak >= self.longest or rates[staff] >= 1
            return not forced, beside, -rates[staff] - person.streak * URGENCY

        given = 0
        # Those whose rest passes no backup over come first; the others only as far as the day still lacks people off.
        for passing in (False, True) if self.careful else (True,):
            for staff in sorted(free, key=order):
                forced = not order(staff)[0]
                if given >= high - fixed or (given >= target and (passing or not forced)):
                    break
                person = self.people[staff]
                due = rates[staff] > 0
                more = person.room >= person.unit and (forced or given < low - fixed)
                if today[staff] == self.off or not (due or more):
                    continue
                if not passing and self._passes_over(staff, day, today):
                    continue
                if self._may_rest(staff, day, today) and self._week_allows(staff, day):
                    if not due:
                        person.room -= person.unit
                        person.wanted += 1
                    today[staff] = self.off
                    for group in self.groups_of.get(staff, ()):
                        self.absent[group.id] += 1
                    given += 1

    def _passes_over(self, staff: str, day: date, today: dict[str, str]) -> bool:
        """Whether somebody's rest leaves the first backup of a group that needs one off, he himself or another."""
        for group in self.groups_of.get(staff, ()):
            eligible = self.problem.eligible(group.id, day)
            if eligible and today.get(eligible[0].staff_id) != self.normal:
                return True
        return any(
            self.absent[group.id] and [e.staff_id for e in self.problem.eligible(group.id, day)][:1] == [staff]
            for group in self.backed_by.get(staff, ())
        )

    def _before(self, staff: str, yesterday: date) -> str | None:
        return self.rows[staff].get(yesterday) or self.problem.before(staff, yesterday)

    def _daily_bounds(self, day: date) -> tuple[int, int]:
        low, high = 0, len(self.ordinary)
        for limit in self.problem.settings.daily_limits:
            counts = limit.is_active and self.off in limit.symbols and day in self.problem.plain_days
            if counts and self.problem.matches(limit, day) and limit.scope == EVERYBODY:
                low, high = max(low, limit.min or 0), min(high, high if limit.max is None else limit.max)
        return low, high

    def _week_allows(self, staff: str, day: date) -> bool:
        i = self.weekly.get((staff, "max"))
        if i is None:
            return True
        week, limit = self._week(i, day), self.problem.settings.weekly_limits[i]
        counting = sum(
            self.problem.employed(staff, d) and (limit.include_calendar or not self.problem.closed(d)) for d in week
        )
        return self.off_in_week[staff, week[0]] < prorated_up(limit.max or 0, counting, 7)

    def _may_rest(self, staff: str, day: date, today: dict[str, str]) -> bool:
        """Whether everybody's absence stays covered and no group has more members off than it may."""
        for group in self.groups_of.get(staff, ()):
            conflict = group.conflict or self.problem.settings.group_conflict
            absent = self.absent[group.id] + 1
            if conflict is not None and self.off in conflict.symbols and absent > conflict.max:
                return False
            if not self._covered(group, day, today, absent):
                return False
        backed = self.backed_by.get(staff, ())
        return all(self._covered(group, day, today, self.absent[group.id], without=staff) for group in backed)

    def _covered(self, group: StaffGroup, day: date, today: dict[str, str], absent: int, without: str | None = None) -> bool:
        eligible = self.problem.eligible(group.id, day)
        if not eligible or not absent:
            return bool(eligible) or not absent or not group.require_backup
        standing = sum(today.get(e.staff_id) == self.normal for e in eligible if e.staff_id != without)
        return standing >= (absent if group.cover == "each" else 1)

    def _fill_demand(self, day: date, today: dict[str, str]) -> None:
        """Move people from ○ to the shifts that are asked for beside it; nobody who is to be at hand for his groups."""
        problem = self.problem
        needed = {e.staff_id for group in problem.groups if self.absent[group.id] for e in problem.eligible(group.id, day)}
        for entry in problem.settings.demand:
            if not entry.is_active or self.normal in entry.symbols or not problem.matches(entry, day):
                continue
            scope = self._asked(entry)
            wanted = entry.target if entry.target is not None else entry.min or 0
            missing = wanted - sum(today.get(staff) in entry.symbols for staff in scope)
            if missing <= 0:
                continue
            for symbol in entry.symbols:
                able = [s for s in scope if s not in needed and self._may_take(s, symbol, day, today)]
                able.sort(key=lambda s: (self.people[s].streak >= self.longest - 1, self.people[s].took.total()))
                for staff in able[:missing]:
                    today[staff] = symbol
                    self.people[staff].took[symbol] += 1
                    self.people[staff].room -= self.people[staff].adds.get(symbol, 0)
                    missing -= 1

    def _asked(self, entry: Demand) -> list[str]:
        people = self.problem.ordinary(self.problem.in_scope(entry.scope))
        return [s for s in people if entry.skill is None or entry.skill in self.problem.staff_by_id[s].skills]

    def _may_take(self, staff: str, symbol: str, day: date, today: dict[str, str]) -> bool:
        problem = self.problem
        if today.get(staff) != self.normal or symbol not in self._choices(staff, day):
            return False
        before, after = self._before(staff, plus(day, -1)), problem.pinned(staff, plus(day, 1))
        pairs = ((before or "", symbol), (symbol, after or ""))
        fits = not any(pair in self.sequences for pair in pairs) and (symbol, self.normal) not in self.too_short
        return fits and self.people[staff].adds.get(symbol, 0) <= self.people[staff].room

    def _call(self, day: date, today: dict[str, str]) -> None:
        """People on call stand on ○ where those before them in a chain do not suffice, else on ⊘."""
        called: set[str] = set()
        for group in self.problem.groups:
            need = self.absent[group.id] if group.cover == "each" else min(1, self.absent[group.id])
            eligible = self.problem.eligible(group.id, day)
            called.update([e.staff_id for e in eligible if today.get(e.staff_id) == self.normal][:need])
        for staff in self.problem.on_call:
            if staff in today and staff not in called and self.problem.pinned(staff, day) is None:
                today[staff] = self.problem.away or today[staff]

    def _remember(self, day: date, today: dict[str, str], free: set[str]) -> None:
        for staff in self.ordinary:
            symbol = today.get(staff)
            person = self.people[staff]
            rests = symbol is None or symbol in self.resting
            person.streak = 0 if rests else person.streak + 1
            if self.problem.closed(day) or symbol is None:
                continue
            if staff in free:
                person.free_days -= 1
                i = self.weekly.get((staff, "max"))
                if rests and i is not None:
                    self.off_in_week[staff, self._week(i, day)[0]] += 1
            elif rests:
                person.fixed_off -= 1
            person.wanted -= rests
