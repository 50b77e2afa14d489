"""The office's page of the whole practice, to print: who is away, whom to call, what waits for whom, who has what.

It knows no tier, no reason, no draft of words to clients, and no title of anything in a calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from markupsafe import Markup

from syncd.core.model import AWAITED, Absence, Conflict, Offer, OfferState
from syncd.core.policy.unnamed import offers_ahead, owner_of
from syncd.core.state import PassState
from syncd.core.telling.letters.rows import rows_of
from syncd.core.telling.session_status import current_offer, knows
from syncd.core.time.spans import first_and_last_day
from syncd.cycle import PassReport
from syncd.picture import WeekPicture, bare_picture
from syncd.picture.labels import labels_of
from syncd.report.absence_pictures import picture_of
from syncd.report.displacements import absences
from syncd.report.lists import to_call
from syncd.wording.dates import DateWords, other_clocks
from syncd.wording.entries import row_values
from syncd.wording.letters import WEEKS, weeks_values
from syncd.wording.paragraphs import one_line
from syncd.wording.templates import Templates

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # goes without saying inside a page


def office_page(report: PassReport, templates: Templates, *, names: bool = False) -> str:
    """One HTML page in the practice's language: no script, nothing from elsewhere; initials unless `names`."""
    pass_state = report.decision.pass_state
    practice = pass_state.snapshot.practice
    return templates.document(
        practice.language,
        "office_page",
        {
            "practice": one_line(practice.shown_name),
            "made": _said(pass_state).moment(pass_state.now),
            "clocks": _clocks(pass_state),
            "paused": bool(pass_state.paused),
            "names": names,
            "absences": list(_absences(report, templates, names)),
            "calls": [_called(pass_state, row, names) for row in _calls(pass_state)],
            "answers": list(_answers(pass_state, names)),
            "words": list(_words(pass_state, names)),
            "questions": list(_questions(pass_state)),
            "frozen": list(_frozen(pass_state)),
            "unread": sorted(
                {one.place for one in pass_state.snapshot.grounds if one.silent_since is not None}
            ),
        },
    )


def _said(pass_state: PassState) -> DateWords:
    """In the practice's language and by its clocks; days are of whose leave it is."""
    practice = pass_state.snapshot.practice
    return DateWords(practice.language, practice.zone)


def _clocks(pass_state: PassState) -> str:
    """Where these clocks are, beside a therapist who lives by others."""
    practice, now = pass_state.snapshot.practice, pass_state.now
    places = (
        other_clocks(practice.language, practice.zone, one.zone, now)
        for one in pass_state.snapshot.therapists
    )
    return next(filter(None, places), "")


def _away(pass_state: PassState) -> tuple[Absence, ...]:
    """Leave that nobody doubts, in order of time."""
    return tuple(one for one in absences(pass_state) if not pass_state.in_doubt(one))


def _absences(report: PassReport, templates: Templates, names: bool) -> Iterator[dict[str, object]]:
    pass_state, drawn = report.decision.pass_state, False
    for one in _away(pass_state):
        therapist, rows = pass_state.snapshot.therapist[one.therapist], pass_state.displaced(one)
        picture = picture_of(pass_state, report.decision.plan, one) if rows else None
        days = _said(pass_state).days(first_and_last_day(one.span, therapist.zone))
        title = f"{one_line(therapist.name)}, {days.short}"
        shown = _drawn(picture, title, pass_state, templates, first=not drawn) if picture is not None else ""
        drawn = drawn or bool(shown)
        yield {
            "therapist": one_line(therapist.name),
            "days": days,
            "sessions": len(rows),
            "placed": sum(current_offer(pass_state, row) is not None for row in rows),
            "waits": bool(rows and pass_state.waits(one)),
            "rows": [_row(pass_state, row, names) for row in rows],
            "drawn_by": other_clocks(
                pass_state.snapshot.practice.language,
                therapist.zone,
                pass_state.snapshot.practice.zone,
                pass_state.now,
            ),
            "picture": Markup(shown),  # noqa: S704  ours, escaped where it was drawn
        }


def _drawn(
    picture: WeekPicture, title: str, pass_state: PassState, templates: Templates, *, first: bool
) -> str:
    """In the practice's language, by the clocks of whose weeks they are."""
    language = pass_state.snapshot.practice.language
    words = templates.labelled(language, WEEKS, weeks_values(language, picture.leave, picture.zone)).words
    said = replace(picture, labels=labels_of(words, language, picture.zone, title))
    return bare_picture(said, first=first).replace(_NAMESPACE, "", 1)


def _row(pass_state: PassState, row: Conflict, names: bool) -> dict[str, object]:
    said, offer = _said(pass_state), current_offer(pass_state, row)
    colleague = pass_state.snapshot.therapist.get(offer.therapist) if offer is not None else None
    return {
        **_person(pass_state, row.client, names),
        "original": said.span(row.span),
        "slot": said.span(offer.span) if offer is not None else None,
        "state": _state(pass_state, row, offer),
        "colleague": one_line(colleague.name)
        if colleague is not None and colleague.id != row.therapist
        else "",
    }


def _state(pass_state: PassState, row: Conflict, offer: Offer | None) -> str:
    """How it stands, as the page's own words explain it."""
    if offer is not None and _waits_for_therapist(offer) and offer.state is not OfferState.PROPOSED:
        return "unsettled"
    if offer is not None:
        return "silent" if offer.state is OfferState.UNANSWERED else _STATES.get(offer.state, "held")
    if row.extra:
        return "replaced"
    if row.kept:
        return "takes_place"
    return "knows" if knows(pass_state, row) else "untold"


_STATES = {
    OfferState.INVITED: "asked",
    OfferState.ACCEPTED: "agreed",
    OfferState.SETTLED: "agreed",
    OfferState.PROPOSED: "wished",
}


def _person(pass_state: PassState, key: str, names: bool) -> dict[str, str]:
    client = pass_state.snapshot.client.get(key)
    return {
        "initials": one_line(pass_state.snapshot.short(key)),
        "name": one_line(client.name) if client is not None and names else "",
        "phone": one_line(client.phone) if client is not None and names else "",
    }


def _calls(pass_state: PassState) -> tuple[Conflict, ...]:
    """Whom no message of ours tells in time, soonest session first; not what may be no leave."""
    near = {row.id: row for row in to_call(pass_state)}
    rows = (row for one in _away(pass_state) for row in pass_state.displaced(one))
    called = (row for row in rows if row.id in near or pass_state.stranded(row))
    return tuple(sorted(called, key=lambda row: (row.span, row.id)))


def _called(pass_state: PassState, row: Conflict, names: bool) -> dict[str, object]:
    said, therapist = _said(pass_state), pass_state.therapist(row)
    (letter,) = rows_of(pass_state, [row])
    letter = replace(letter, call_by=letter.call_by or row.span.start)  # later, nobody has to be told
    return {
        **row_values(letter, said, names=names, now=pass_state.now),
        "therapist": one_line(therapist.name),
        "knows": knows(pass_state, row),
    }


def _answers(pass_state: PassState, names: bool) -> Iterator[dict[str, object]]:
    """Who was asked and has not answered, nearest answer first; not whose words wait for their therapist."""
    ahead = [one for one in pass_state.offers if one.state in AWAITED and one.span.end > pass_state.now]
    asked = [one for one in ahead if not _waits_for_therapist(one)]
    for one in sorted(asked, key=lambda one: (one.due or one.span.start, one.uid)):
        said = _said(pass_state)
        yield {
            **_person(pass_state, one.client, names),
            "slot": said.span(one.span),
            "due": said.moment(one.due) if one.due is not None and one.state is OfferState.INVITED else None,
        }


def _words(pass_state: PassState, names: bool) -> Iterator[dict[str, object]]:
    """Times that wait for their therapist: the client wrote, or two addresses are at odds."""
    for one in sorted(pass_state.offers, key=lambda one: (one.span, one.uid)):
        if _waits_for_therapist(one) and one.span.end > pass_state.now:
            known = pass_state.snapshot.therapist.get(one.therapist)
            yield {
                **_person(pass_state, one.client, names),
                "slot": _said(pass_state).span(one.span),
                "therapist": one_line(known.name) if known is not None else one.therapist,
            }


def _waits_for_therapist(one: Offer) -> bool:
    return one.frozen or one.at_odds or one.state is OfferState.PROPOSED


def _questions(pass_state: PassState) -> Iterator[dict[str, object]]:
    """Days of which a therapist has to say whether they are leave; by day alone."""
    asked = {(key, one.span) for key, diary in pass_state.diaries.items() for one in diary.questions}
    asked |= {(one.therapist, one.span) for one in absences(pass_state) if pass_state.in_doubt(one)}
    for key, span in sorted(asked, key=lambda one: (one[1], one[0])):
        therapist = pass_state.snapshot.therapist[key]
        days = first_and_last_day(span, therapist.zone)
        yield {"therapist": one_line(therapist.name), "days": _said(pass_state).days(days)}


def _frozen(pass_state: PassState) -> Iterator[dict[str, object]]:
    """Who is in settings or roster no more while times stand with them."""
    snapshot = pass_state.snapshot
    for name in sorted(snapshot.aside.unnamed):
        mine = [one for one in offers_ahead(snapshot) if name in {one.client, owner_of(one, snapshot)}]
        starts = sorted({one.span.start for one in mine})
        yield {"who": one_line(name), "times": [_said(pass_state).moment(at) for at in starts]}
