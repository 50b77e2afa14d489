"""Who must be reached in person, what a pass would do, and what went wrong, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from syncd.core.model import Conflict, EventStatus, MarkerRole, ReadProblem
from syncd.core.model.actions import Action, CancelOriginal, DeleteEvent, PutEvent, RestoreOriginal, SendMail
from syncd.core.model.effects import EffectKey, EffectState
from syncd.core.state import PassState
from syncd.core.telling.letters.call_list import DAY_BEFORE
from syncd.core.telling.session_status import status_of
from syncd.core.time.spans import Span
from syncd.picture.words import span_words
from syncd.report.columns import filled, fixed, flowing, sparse, state_words, words
from syncd.report.displacements import displaced_rows
from syncd.report.words import effect_words, when_words, who
from syncd.wording import Unsayable

_UNTOLD = frozenset({"planned", "held", "open", "unplaced"})

_REASONS = {
    "several": "several clients in one event",
    "stranger": "a client and somebody unknown",
    "foreign": "organised by somebody else",
    "ambiguous": "the title fits several clients",
    "unclear": "the title says more than a client",
    "all-day": "a client at an all-day event",
    "twice": "it stands there twice, and counts once",
}


def call_list_table(pass_state: PassState, *, names: bool = False) -> RenderableType:
    """Who must be reached in person, soonest session first, with what they do not know yet."""
    table = sparse(
        "Call list",
        words("Client"),
        fixed("Phone"),
        fixed("Session that does not take place"),
        fixed("New time"),
        fixed("State"),
    )
    rows = (_call_row(pass_state, row, names) for row in to_call(pass_state))
    return filled(table, rows, "Nobody has to be called.")


def to_call(pass_state: PassState) -> tuple[Conflict, ...]:
    """Conflicts ahead whose client no message reaches, and those who still know nothing shortly before."""
    ahead = (row for row in displaced_rows(pass_state) if row.span.start > pass_state.now)
    return tuple(row for row in ahead if _must_call(pass_state, row))


def _must_call(pass_state: PassState, row: Conflict) -> bool:
    state = status_of(pass_state, row)
    near = row.span.start <= pass_state.now + DAY_BEFORE
    return state == "call" or (near and state in _UNTOLD)


def _call_row(pass_state: PassState, row: Conflict, names: bool) -> tuple[str | Text, ...]:
    client, live = pass_state.client(row), pass_state.live(row)
    zone = pass_state.therapist(row).zone
    state = "returned" if client and client.returned_at else live.state.value if live else ""
    return (
        who(row.client, pass_state.snapshot, names),
        client.phone if client and client.phone else Text("no number", "red"),
        span_words(row.span, zone),
        span_words(live.span, zone) if live else Text("none", "dim"),
        state_words(state or status_of(pass_state, row)),
    )


def nothing_due(unread: bool) -> str:
    """What stands in place of actions where there are none; `unread`: something could not be read."""
    return f"Nothing is due{', as far as could be read' if unread else ''}."


def actions_table(
    actions: Iterable[Action], pass_state: PassState, *, unread: bool, names: bool = False
) -> RenderableType:
    """What a pass would write and mail, in that order; the subject is the opaque id that logs and audit show."""
    table = sparse(
        "What would be done", fixed("Does"), words("What"), fixed("When"), words("Client"), words("Subject")
    )
    rows = (_action_row(action, pass_state, names) for action in actions)
    return filled(table, rows, nothing_due(unread))


def outcomes_table(
    actions: Iterable[Action],
    outcomes: Iterable[tuple[EffectKey, EffectState]],
    pass_state: PassState,
    *,
    unread: bool,
    names: bool = False,
) -> RenderableType:
    """What a pass did and how each effect ended; effects recorded by an earlier pass stand by their keys."""
    table = sparse(
        "What was done",
        fixed("Does"),
        words("What"),
        fixed("When"),
        words("Client"),
        words("Subject"),
        fixed("Ended"),
    )
    known = {action.key: action for action in actions}
    rows = (_outcome_row(known.get(key), key, state, pass_state, names) for key, state in outcomes)
    return filled(table, rows, nothing_due(unread))


def _outcome_row(
    action: Action | None, key: EffectKey, state: EffectState, pass_state: PassState, names: bool
) -> tuple[str | Text, ...]:
    style = "green" if state is EffectState.DONE else "yellow"
    if action is None:
        earlier = (Text("recorded earlier", "dim"), effect_words(key.kind), "", "")
        return (*earlier, Text(key.subject, "dim"), Text(state.value, style))
    return (*_action_row(action, pass_state, names), Text(state.value, style))


def _action_row(action: Action, pass_state: PassState, names: bool) -> tuple[str | Text, ...]:
    does, what, when = _action_words(action, pass_state)
    client = _client_of(action, pass_state)
    shown = who(client, pass_state.snapshot, names) if client else ""
    return Text(does, "bold"), what, when, shown, Text(action.key.subject, "dim")


def _action_words(action: Action, pass_state: PassState) -> tuple[str, str, str]:
    """Does, what and when of one action."""
    match action:
        case PutEvent():
            zone = _zone_of(action.calendar, pass_state)
            return "update" if action.etag else "write", _object(action), when_words(action.draft.when, zone)
        case DeleteEvent():
            return "delete", "our event", _offer_time(action.uid, pass_state)
        case CancelOriginal():
            return "cancel", "one occurrence", _original_time(action.key.subject, pass_state)
        case RestoreOriginal():
            return "restore", "one occurrence", _original_time(action.key.subject, pass_state)
        case SendMail():
            about = _offer_time(action.offer, pass_state) or _original_time(action.conflict, pass_state)
            return "mail", effect_words(action.key.kind), about


def _object(action: PutEvent) -> str:
    match action.draft.marker.role:
        case MarkerRole.PLAN:
            return "plan event"
        case MarkerRole.LETTER:
            return "to-do for the therapist"
        case MarkerRole.OFFER:
            pass
    if action.draft.attendee is not None:
        return "invitation"
    return "make-up" if action.draft.status is EventStatus.CONFIRMED else "tentative event"


def _zone_of(calendar: str, pass_state: PassState) -> ZoneInfo:
    therapists = pass_state.snapshot.therapists
    zones = (one.zone for one in therapists if calendar in {one.calendar, one.plan_calendar})
    return next(zones, pass_state.snapshot.practice.zone)


def _offer_time(uid: str, pass_state: PassState) -> str:
    offer = next((one for one in pass_state.offers if one.uid == uid), None)
    return span_words(offer.span, _zone_of(offer.calendar, pass_state)) if offer else ""


def _original_time(conflict: str, pass_state: PassState) -> str:
    row = pass_state.conflict.get(conflict)
    return span_words(row.span, pass_state.therapist(row).zone) if row else ""


def _client_of(action: Action, pass_state: PassState) -> str:
    if isinstance(action, SendMail):
        return action.client
    row = pass_state.conflict.get(action.key.subject)
    if row is not None:
        return row.client
    return next((one.client for one in pass_state.offers if one.uid == action.key.subject), "")


def problems_table(problems: Iterable[ReadProblem]) -> RenderableType:
    """What could not be read; everything else was."""
    table = sparse("Could not be read", words("Calendar"), words("Event"), flowing("Because"))
    return filled(table, ((one.calendar, one.uid, one.reason) for one in problems), "Everything was read.")


def unsayable_table(unsayable: Iterable[Unsayable]) -> RenderableType:
    """Messages that no mail could carry: their readers must be reached another way."""
    table = sparse("Could not be put into a mail", words("Message"), words("Subject"), flowing("Because"))
    rows = ((effect_words(one.intent.key.kind), one.intent.key.subject, one.why) for one in unsayable)
    return filled(table, rows, "Every message could be written.")


_NOBODY = "nobody on the roster attends; no one is invited"


def unsettled_table(pass_state: PassState, *, names: bool = False) -> RenderableType:
    """Events that only the therapist can settle, and those with people whom the roster does not know."""
    table = sparse(
        "To be settled by hand", words("Therapist"), fixed("When"), words("Clients"), flowing("Because")
    )
    return filled(table, _unsettled_rows(pass_state, names), "Every event is clear.")


def _unsettled_rows(pass_state: PassState, names: bool) -> Iterator[tuple[str, ...]]:
    """A series is one row: its next occurrence, and how many more there are."""
    for key in sorted(pass_state.diaries):
        diary = pass_state.diaries[key]
        found: dict[tuple[str, str, str], list[Span]] = {}
        for one in diary.sessions.unsettled:
            known = ", ".join(who(client, pass_state.snapshot, names) for client in one.clients)
            found.setdefault((one.ref.uid, known, _REASONS.get(one.reason, one.reason)), []).append(one.span)
        for stranger in diary.sessions.strangers:
            found.setdefault((stranger.ref.uid, "", _NOBODY), []).append(stranger.span)
        for (_, known, reason), spans in found.items():
            ahead = [span for span in spans if span.end > pass_state.now] or spans
            more = f" and {len(ahead) - 1} more" if len(ahead) > 1 else ""
            yield key, f"{span_words(ahead[0], diary.therapist.zone)}{more}", known, reason
