"""Letters to the therapist, with names and phone numbers; or, where nothing can be mailed, a to-do entry without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote
from zoneinfo import ZoneInfo

from syncd.core.model import EventDraft, EventStatus, Marker, MarkerRole, Saying, Transparency
from syncd.core.model.actions import PutEvent, SendMail
from syncd.core.model.effects import LETTER_DAY
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import (
    DayFacts,
    Detail,
    LetterFacts,
    LetterKind,
    MemberToCall,
    Named,
    TagHelp,
)
from syncd.core.time.spans import AllDay, Span, first_and_last_day, local_date
from syncd.wording.costs import cost_values
from syncd.wording.dates import DateWords, SaidTime, other_clocks
from syncd.wording.entries import row_values
from syncd.wording.handovers import of_handover
from syncd.wording.mails import AUTOMATIC
from syncd.wording.outgoing import Compose, Correspondent, Envelope, Illustration, Page
from syncd.wording.paragraphs import LINK, Written, one_line
from syncd.wording.templates import Shown, Templates

WRITER = "syncd"
_TIER = "tier_"  # how what speaks for somebody begins,
_OF_TIMES = frozenset({"gap", "with_this", "other_hour"})  # and what of it speaks of times alone
WEEKS = "weeks"  # the template of the words in a picture
BESIDE = "beside"  # that of what a long letter ends with,
CLOCKS = "clocks"  # and that of whose clocks its times are by
NO = ""  # no code is
IMMINENT = timedelta(days=2)  # a session in that time comes within 24 hours while its leave is new
LONGEST_LETTER = 200  # words: it is read on a phone between two people; the rest is a page beside it
ENTRY_WORDS = 10_000  # of an entry in the calendar, which has no page beside it
LONGEST_TITLE = 80
LONGEST_ADDRESS = 100  # a stranger may have chosen it


def post(
    write: Write,
    templates: Templates,
    compose: Compose,
    sender: str,
    number: int = 0,
    detail: Detail = Detail.NAMES,
) -> SendMail:
    """The letter as a mail; Rejected where the address is none, ConfigError where a template is at fault."""
    facts = write.facts
    asks = facts.code or facts.kind is LetterKind.ANSWER or write.key.kind == LETTER_DAY
    token = compose.token(str(write.key)) if asks and not facts.absent else ""
    whole = _ended(_written(facts, templates, detail, links=_links(write, compose, sender)), facts, templates)
    written, rest = whole.folded(LONGEST_LETTER)
    message_id = compose.message_id(token or _mark(write), 0, "letter", sender, number)
    illustration, shown = _illustrated(facts, written, templates, message_id)
    envelope = Envelope(
        message_id=message_id,
        date=facts.sent_at,
        sender=Correspondent(sender, WRITER),
        recipient=Correspondent(facts.to),
        subject=written.heading,
        text=written.text + "\n",
        html=templates.page(facts.language, written, shown),
        language=templates.language(facts.language),
        headers=AUTOMATIC,
        illustration=illustration,
        page=_attached(facts, rest, templates) if rest else None,
    )
    return SendMail(
        write.key, compose.plain(envelope), therapist=write.therapist, after=write.after, number=number
    )


def note(write: Write, templates: Templates, instance: str) -> PutEvent:
    """The letter as an all-day to-do on the day it is written: initials instead of names, no phone numbers."""
    facts, uid = write.facts, write.uid
    written, _ = _written(facts, templates, Detail.INITIALS).folded(ENTRY_WORDS)
    day = local_date(facts.sent_at, facts.zone)
    draft = EventDraft(
        uid=uid,
        when=AllDay(day, day + timedelta(days=1)),
        title=written.heading,
        description=written.text,
        status=EventStatus.CONFIRMED,
        marker=Marker(instance, uid, role=MarkerRole.LETTER),
        transparency=Transparency.TRANSPARENT,
    )
    return PutEvent(write.key, write.calendar, draft, after=write.after)


def _attached(facts: LetterFacts, rest: Written, templates: Templates) -> Page:
    """The rest of a long letter: everybody by name."""
    day = facts.days[0] if facts.days else local_date(facts.sent_at, facts.zone)
    return Page(f"{facts.kind.value}-{day}.html", templates.page(facts.language, rest, attached=True))


def _written(
    facts: LetterFacts, templates: Templates, detail: Detail, links: Mapping[str, str] | None = None
) -> Written:
    names, full = detail is not Detail.INITIALS, detail is Detail.FULL
    values = letter_values(facts, names=names, full=full, links=links)
    return _timed(templates.write(facts.language, f"letter_{facts.kind.value}", values), facts, templates)


def _timed(written: Written, facts: LetterFacts, templates: Templates) -> Written:
    """With whose clocks show its times, where the therapist whom it is about lives by others; above the fold."""
    place = other_clocks(facts.language, facts.zone, facts.elsewhere, facts.sent_at)
    if not place or not (facts.rows or facts.falling or facts.handover or facts.together_calls):
        return written
    said = templates.write(facts.language, CLOCKS, {"place": place}).paragraphs
    every = written.paragraphs
    at = next((at for at, one in enumerate(every) if one.fold), len(every))
    return replace(written, paragraphs=(*every[:at], *said, *every[at:]))


def _ended(written: Written, facts: LetterFacts, templates: Templates) -> Written:
    """With what says that the rest is attached, where its own template does not say so: no letter is without an end."""
    if any(one.fold for one in written.paragraphs):
        return written
    rest = templates.write(facts.language, BESIDE, {})
    return replace(written, paragraphs=(*written.paragraphs, *rest.paragraphs))


def _illustrated(
    facts: LetterFacts, written: Written, templates: Templates, message_id: str
) -> tuple[Illustration | None, Shown | None]:
    """The picture of the weeks, where there is one and the letter has a place for it."""
    if facts.weeks is None or not written.pictured:
        return None, None
    labelled = templates.labelled(
        facts.language, WEEKS, weeks_values(facts.language, facts.weeks.leave, facts.weeks.zone)
    )
    place = f"{sha256(message_id.encode()).hexdigest()[:24]}@weeks"
    illustration = Illustration(facts.weeks, labelled.words, facts.language, place)
    return illustration, Shown(place, labelled.called)


def weeks_values(language: str, leave: Sequence[Span], zone: ZoneInfo) -> dict[str, object]:
    """What the template of the words in a picture may use."""
    span = Span(min(one.start for one in leave), max(one.end for one in leave))
    return {"days": DateWords(language, zone).days(first_and_last_day(span, zone))}


def _links(write: Write, compose: Compose, sender: str) -> dict[str, str]:
    """By code, what follows words that shall lead to a mail already written that says yes; under `NO` one that says no
    to what the letter is about. Each names the letter that it answers.
    """
    facts = write.facts
    if not facts.answerable or facts.absent:
        return {}
    asked = ((facts.code, str(write.key)), *facts.asked_in)
    links = {code: _mail_to(sender, "ok", code, compose.token(key)) for code, key in asked if code}
    return links | {NO: _mail_to(sender, "no", facts.code, compose.token(str(write.key)))}


def _mail_to(sender: str, word: str, code: str, token: str) -> str:
    """RFC 6068."""
    subject, body = quote(f"#{word} {code} ({WRITER}-{token})", safe=""), quote(f"{word} {code}", safe="")
    return f"{LINK}mailto:{quote(sender, safe='@')}?subject={subject}&body={body}"


def letter_values(
    facts: LetterFacts, *, names: bool, full: bool = True, links: Mapping[str, str] | None = None
) -> dict[str, object]:
    """What a letter's template may use; `rows` carry their state as the word that `states.txt` explains.

    Without `full`, and to the office, no tier and nothing of why somebody comes where they come.
    """
    words = DateWords(facts.language, facts.zone)
    facts = facts if full and not facts.absent else _without_tiers(facts)
    return {
        "days": words.days(facts.days, facts.part) if facts.days else None,
        "code": one_line(facts.code),
        "why": one_line(facts.why),
        "words": facts.words,
        "dropped": words.moment(facts.dropped) if facts.dropped else None,
        "entry": facts.entry,
        "doubt": facts.doubt,
        "address": one_line(facts.address)[:LONGEST_ADDRESS] if names else "",
        "refused": facts.refused,
        "rows": [row_values(row, words, names=names, now=facts.sent_at) for row in facts.rows],
        "first_leaves": _first_leaves(facts, words),
        "imminent": any(facts.sent_at < row.original.start <= facts.sent_at + IMMINENT for row in facts.rows),
        "others": [{"days": words.days((first, last)), "code": code} for first, last, code in facts.others],
        "lost": [row_values(row, words, names=names, now=facts.sent_at) for row in facts.lost],
        "gone_by": [row_values(row, words, names=names, now=facts.sent_at) for row in facts.gone_by],
        "waiting": [row_values(row, words, names=names, now=facts.sent_at) for row in facts.waiting],
        "came": [row_values(row, words, names=names, now=facts.sent_at) for row in facts.came],
        "others_read": [row_values(row, words, names=names, now=facts.sent_at) for row in facts.others_read],
        "back": words.moment(facts.back) if facts.back else None,
        "day": _day(facts.day, words, names=names, now=facts.sent_at) if facts.day else None,
        "falling": [row_values(row, words, names=names, now=facts.sent_at) for row in facts.falling],
        "falling_unasked": [
            row_values(row, words, names=names, now=facts.sent_at) for row in facts.falling_unasked
        ],
        "unread": [one_line(reason) for reason in facts.unread],
        "beyond": facts.beyond,
        "unaffected": _people(facts.unaffected, names=names),
        "everyone": _people(facts.everyone, names=names),
        "everyone_at": words.moment(facts.everyone_at) if facts.everyone_at else None,
        "together": [words.moment(start).short for start in facts.together],
        "together_moved": [
            {"was": words.moment(was).short, "is": words.moment(now).short}
            for was, now in facts.together_moved
        ],
        "together_mailed": _people(facts.together_mailed, names=names),
        "together_unasked": _people(facts.together_unasked, names=names),
        "together_told": _people(facts.together_told, names=names),
        "together_calls": [_member(one, words, names=names) for one in facts.together_calls],
        "together_at": words.moment(facts.together_at) if facts.together_at else None,
        "totals": facts.totals,
        "handover": of_handover(facts, facts.handover, words, names=names, full=full)
        if facts.handover
        else None,
        "cost": cost_values(facts.cost, words),
        "compared": [cost_values(one, words) for one in facts.compared],
        "helps": [_help(one, words) for one in facts.helps],
        "unsettled": [words.moment(start).short for start in facts.unsettled],
        "unexplained": [words.moment(start).short for start in facts.unexplained],
        "twice": [words.moment(start).short for start in facts.twice],
        "calling": facts.calling,
        "needed": facts.needed,
        "begun": facts.days is not None and facts.days[0] <= local_date(facts.sent_at, facts.zone),
        "heard": facts.heard,
        "as_of": words.moment(facts.as_of) if facts.as_of else None,
        "kept": facts.kept,
        "passed": any(row.slot is not None and row.slot.start <= facts.sent_at for row in facts.rows),
        "doubted": facts.doubted,
        "going": facts.going,
        "sayings": [] if facts.absent else [_saying(one) for one in facts.sayings],
        "said_anew": facts.said_anew,
        "read_before": [one_line(one) for one in facts.read_before],
        "names": names,
        "full": names and full and not facts.absent,
        "absent": one_line(facts.absent),
        "online": facts.online,
        "called": [one_line(one)[:LONGEST_TITLE] for one in facts.called]
        if names and not facts.absent
        else [],
        "again": facts.again,
        "late": words.moment(facts.late) if facts.late else None,
        "answerable": bool(links),
        "no_link": (links or {}).get(NO, ""),
        "links": {one: (links or {}).get(one, "") for one in (facts.code, *(one[2] for one in facts.others))},
    }


def _day(day: DayFacts, words: DateWords, *, names: bool, now: datetime) -> dict[str, object]:
    """What the day's letter says besides."""
    seen = [(words.moment(at), row_values(row, words, names=names, now=now)) for at, row in day.today]
    titled = [(one_line(title)[:LONGEST_TITLE] if names else "", dates) for title, *dates in day.refused]
    return {
        "agreed": [one_line(one) for one in day.agreed],
        "declined": [one_line(one) for one in day.declined],
        "today": [{"at": at, "row": row} for at, row in seen],
        "calls": [row_values(row, words, names=names, now=now) for row in day.calls],
        "refused": [{"title": title, "days": words.days((first, last))} for title, (first, last) in titled],
    }


def _first_leaves(facts: LetterFacts, words: DateWords) -> SaidTime | None:
    """When the first message leaves that waits for its time."""
    ahead = [row.leaves for row in facts.rows if row.leaves is not None and row.leaves > facts.sent_at]
    return words.moment(min(ahead)) if ahead else None


def _without_tiers(facts: LetterFacts) -> LetterFacts:
    """Why no time was found stays, and what a time does for a wait; neither says anything of the treatment."""
    return replace(facts, rows=tuple(replace(row, reason=_plain(row.reason)) for row in facts.rows))


def _plain(reason: tuple[Named, ...]) -> tuple[Named, ...]:
    ranked = bool(reason) and reason[0][0].startswith(_TIER)
    return tuple(one for one in reason if one[0] in _OF_TIMES) if ranked else reason


def _people(some: Sequence[tuple[str, str]], *, names: bool) -> list[dict[str, str]]:
    return [{"initials": one_line(short), "name": one_line(name) if names else ""} for short, name in some]


def _member(one: MemberToCall, words: DateWords, *, names: bool) -> dict[str, str]:
    """Without `names` initials are all that is said of the person."""
    known = {"name": one_line(one.name) if names else "", "phone": one_line(one.phone) if names else ""}
    return known | {"initials": one_line(one.initials), "at": words.moment(one.at).short}


def _saying(one: Saying) -> dict[str, str]:
    """Word for word where it is carried; of what is not, enough to know it again."""
    text = one_line(one.text)[:LONGEST_TITLE] if one.fault else one.text
    return {"text": text, "language": one.language, "fault": one.fault}


def _help(help_: TagHelp, words: DateWords) -> dict[str, object]:
    """A tag that would help, and what it would give."""
    times = [
        {
            "initials": one_line(one.initials),
            "slot": words.span(one.slot),
            "colleague": one_line(one.colleague),
        }
        for one in help_.times
    ]
    return {"tag": help_.tag, "times": times}


def _mark(write: Write) -> str:
    """One Message-ID per effect; an absence's id is not ours to shape."""
    return sha256(str(write.key).encode()).hexdigest()[:32]
