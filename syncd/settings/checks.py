"""Mistakes that only show between tables: accounts and calendars, colleagues, ways to reach people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from syncd.core.model.practice import Approach
from syncd.core.policy.precedence import FREEDOM
from syncd.settings.document import Draft
from syncd.settings.outside_tables import CalDavTable
from syncd.settings.practice_tables import CeilingTable, TherapistTable
from syncd.settings.problems import shown
from syncd.settings.scalars import nearest


def check(draft: Draft) -> None:
    """Add every contradiction between the tables that could be read."""
    _therapists(draft)
    _calendars(draft)
    _weights(draft)
    _beyond(draft)
    _delivery(draft)


def calendar_id(name: str, account: str, accounts: frozenset[str]) -> str:
    """`account/name` of a calendar as a therapist's table names it: `other/name` is in another account."""
    first, slash, rest = name.partition("/")
    return name if slash and rest and first in accounts else f"{account}/{name}"


def _therapists(draft: Draft) -> None:
    seen: dict[str, int] = {}
    for at, one in draft.therapists.items():
        path = f"therapists[{at}]"
        if seen.setdefault(one.id.casefold(), at) != at:
            draft.say(f"{path}.id", one.id, f"an id of its own: therapists[{seen[one.id.casefold()]}] has it")
        if one.account not in draft.account_ids:
            known = ", ".join(sorted(draft.account_ids)) or "there is none"
            hint = nearest(one.account, sorted(draft.account_ids))
            draft.say(f"{path}.account", one.account, f"a key of [accounts]: {known}.{hint}")
        for number, colleague in enumerate(one.covers_for):
            _colleague(draft, f"{path}.covers_for[{number}]", colleague, one.id)
        if one.max_makeups_per_day and one.max_makeups_per_week == 0:
            draft.say(f"{path}.max_makeups_per_week", 0, "at least 1, or max_makeups_per_day = 0 as well")


def _colleague(draft: Draft, path: str, colleague: str, own: str) -> None:
    if colleague == own:
        draft.say(path, colleague, "another therapist: nobody covers for themselves")
    elif colleague not in draft.therapist_ids:
        hint = nearest(colleague, sorted(draft.therapist_ids))
        draft.say(path, colleague, f"the id of a therapist: {', '.join(sorted(draft.therapist_ids))}.{hint}")


def _calendars(draft: Draft) -> None:
    written: dict[tuple[str, ...], tuple[int, str]] = {}
    for at, one in draft.therapists.items():
        used: dict[tuple[str, ...], str] = {}
        for key, name in _named(one):
            place = _place(draft, calendar_id(name, one.account, draft.account_ids))
            read_anyway = key.startswith("leave_calendars") and used.get(place) == "calendar"
            if key != "plan_calendar" and not read_anyway and used.setdefault(place, key) != key:
                draft.say(
                    f"therapists[{at}].{key}", name, f"another calendar: {used[place]} names this one already"
                )
            if key == "plan_calendar" and used.get(place, "").startswith("busy"):
                draft.say(
                    f"therapists[{at}].{key}", name, f"a calendar to write to: {used[place]} is only read"
                )
            if key == "calendar" and written.setdefault(place, (at, one.id))[0] != at:
                owner = written[place][1]
                expected = (
                    f'a calendar of their own: "{owner}" has this one, and sessions could not be told apart'
                )
                draft.say(f"therapists[{at}].calendar", name, expected)


def _named(one: TherapistTable) -> Iterator[tuple[str, str]]:
    yield "calendar", one.calendar
    yield from ((f"leave_calendars[{at}]", name) for at, name in enumerate(one.leave_calendars))
    yield from ((f"busy_calendars[{at}]", name) for at, name in enumerate(one.busy_calendars))
    if one.plan_calendar:
        yield "plan_calendar", one.plan_calendar


def _place(draft: Draft, calendar: str) -> tuple[str, ...]:
    """What a calendar is apart from the account's key: two keys may stand for one account."""
    account, _, name = calendar.partition("/")
    table = draft.accounts.get(account)
    if isinstance(table, CalDavTable):
        return (table.url.rstrip("/"), table.username, name)
    return (account, name)


def _weights(draft: Draft) -> None:
    tables = {"policy": draft.policy, **{f"therapists[{at}]": one for at, one in draft.therapists.items()}}
    for path, table in tables.items():
        if table is None or table.weights is None:
            continue
        own = table.weights.model_dump(exclude_none=True, exclude={"gap_in_days"})
        above = draft.policy.weights if draft.policy else None
        inherited = above.model_dump(exclude_none=True, exclude={"gap_in_days"}) if above else {}
        merged = inherited | own
        if len(merged) == len(type(table.weights).model_fields) - 1 and not any(merged.values()):
            draft.say(
                f"{path}.weights",
                "all zero",
                "at least one weight above 0: nothing would rank clients in a tier",
            )


def _beyond(draft: Draft) -> None:
    """What is written in [policy] or by a therapist beyond what [practice.limits] allows."""
    limits = draft.practice.limits if draft.practice else CeilingTable()
    tables = {"policy": draft.policy, **{f"therapists[{at}]": one for at, one in draft.therapists.items()}}
    for path, table in tables.items():
        for key in CeilingTable.model_fields if table else ():
            said, limit = getattr(table, key), getattr(limits, key)
            if said is not None and limit is not None and _freer(key, said, limit):
                expected = (
                    f"within practice.limits.{key} = {shown(_written(limit))}, which holds for everybody"
                )
                draft.say(f"{path}.{key}", _written(said), expected)


def _written(value: Any) -> Any:  # noqa: ANN401 - any scalar of a settings file
    hours = isinstance(value, timedelta) and value % timedelta(hours=1) == timedelta(0)
    unit = ("h", timedelta(hours=1)) if hours else ("m", timedelta(minutes=1))
    return f"{value // unit[1]}{unit[0]}" if isinstance(value, timedelta) else value


def _freer(key: str, said: Any, limit: Any) -> bool:  # noqa: ANN401 - both of the key's own type
    if key == "approach":
        return FREEDOM.index(Approach(said)) > FREEDOM.index(Approach(limit))
    return bool(said < limit) if key == "min_notice" else bool(said > limit)


def _delivery(draft: Draft) -> None:
    for name, table in draft.accounts.items():
        if isinstance(table, CalDavTable) and table.delivery == "imip" and draft.mail is None:
            draft.say(
                f"accounts.{name}.delivery", "imip", "a table [mail]: by imip invitations leave by mail"
            )
