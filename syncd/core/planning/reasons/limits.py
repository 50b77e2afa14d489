"""What a rule allows, as a therapist would say it: "the budget of 14 make-ups"."""

from __future__ import annotations

from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.in_a_row import PAUSE
from syncd.core.planning.limits.workload import sessions_per_week
from syncd.core.planning.request import PlanRequest

_PLAIN = {
    Rule.LEAVE: "the leave itself",
    Rule.HOLIDAY: "public holidays",
    Rule.YEAR_END: "that nothing is offered on 24 and 31 December",
    Rule.NOTICE: "the minimum notice",
    Rule.ANSWER: "the time that an answer needs",
    Rule.SESSION: "other sessions",
    Rule.BUSY: "what else is in the calendar",
    Rule.BESIDE_LEAVE: "that days right beside leave are not fuller than usual",
    Rule.VETOED: "what was taken off the table",
    Rule.REFUSED: "what the client declined",
    Rule.AWAY: "the client's own absence",
    Rule.DISTANCE: "the distance to the client's own sessions",
    Rule.APART: "that it is kept apart from another appointment",
    Rule.LONG_BREAK: "that nothing crucial lies in the last week before a long break",
    Rule.SERIES_END: "the last session that was agreed on",
    Rule.FIXED_HOUR: "the client's fixed hour",
    Rule.WINDOWS: "the client's times",
    Rule.CROWDED: "that whoever comes once a week or more rarely does not come three times in nine days",
    Rule.UNLIKELY: "that after a no nobody is asked about hours that their own past speaks against",
    Rule.GAIN: "what a make-up has to take off the wait at least",
    Rule.CLIENT: "the roster",
    Rule.BARRED: "the tag that excludes this client",
    Rule.OFTEN: "how often this client comes",
    Rule.HOLIDAY_SESSION: "the public holiday on the session's own day",
    Rule.HANDOVER: "that long leave is handed over, not planned week by week",
    Rule.APPROACH: "the approach to this leave",
    Rule.CLIENT_MAKEUPS: "the make-ups that one client gets",
    Rule.SIDE: "that make-ups stand on one side of the leave only",
    Rule.HORIZON: "how far around the leave times are looked for",
    Rule.HOURS: "the working hours",
    Rule.EXTENSION: "that no session is extended",
    Rule.COVER: "that no colleague covers",
    Rule.CALL: "that nobody is called in place of a session",
}


def limit_words(request: PlanRequest, conflict: str, rule: Rule) -> str:
    """The rule with its number, as it holds for this conflict."""
    policy = request.ask_of[conflict].policy
    mine = request.therapist.get(request.ranked_of[conflict].conflict.therapist)
    rules = mine.rules if mine is not None else policy.slots
    match rule:
        case Rule.BUDGET:
            return f"the budget of {many(request.ask_of[conflict].budget, 'make-up')}"
        case Rule.MAKEUPS_PER_DAY:
            more = rules.makeups_on_empty_day
            free = f" ({more} on a day without other sessions)" if more > rules.max_makeups_per_day else ""
            return f"at most {many(rules.max_makeups_per_day, 'make-up')} a day{free}"
        case Rule.MAKEUPS_PER_WEEK:
            return f"at most {many(rules.max_makeups_per_week, 'make-up')} a week"
        case Rule.SESSIONS_PER_DAY:
            return f"at most {many(rules.max_sessions_per_day, 'session')} a day"
        case Rule.IN_A_ROW:
            return (
                f"at most {many(rules.max_in_a_row, 'session')} in a row without a pause of {PAUSE} minutes"
            )
        case Rule.SESSIONS_PER_WEEK if mine is not None:
            return f"at most {many(sessions_per_week(mine), 'session')} a week"
        case Rule.BESIDE_LEAVE if rules.max_before_leave is not None:
            return f"at most {many(rules.max_before_leave, 'session')} on the last day before leave"
        case Rule.ROOMS:
            return many(request.rooms, "room") if request.rooms is not None else "rooms"
        case _:
            return _PLAIN.get(rule, rule.value)


def many(count: int, what: str) -> str:
    """A number with its noun."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def many_days(days: float) -> str:
    """A number of days with at most one decimal."""
    return f"{days:.1f} days".replace(".0 ", " ") if days != 1 else "1 day"
