"""What `explain` shows: text and tables for one displaced session, and its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from syncd.core.model import Conflict
from syncd.core.planning.ranking import SCORE_MAX
from syncd.core.state import PassState
from syncd.picture.words import moment_words, span_words
from syncd.report.columns import TIER_WORDS, filled, fixed, flowing, number, sparse, state_words, words
from syncd.report.displacements import Displacement
from syncd.report.documents import session_record, slot_record
from syncd.report.explain import Explained, Happened, Past, Wait
from syncd.report.plans import alternatives_table, kind_words, reason_words
from syncd.report.question_records import Time
from syncd.report.questions import asked_lines, asked_records
from syncd.report.records import Event, ExplainDocument, Explanation, PastSession, WaitRecord
from syncd.report.words import named, who


def explanation_tables(
    pass_state: PassState,
    every: Sequence[Explained],
    *,
    before: Sequence[Past] = (),
    names: bool = False,
    wanted: str = "",
) -> tuple[RenderableType, ...]:
    """One block for each displaced session; a sentence where there is none, and for each question mark over one of
    the client who is called `wanted`. `before`: those that are over, or take place again, after these.
    """
    asked = asked_lines(pass_state, wanted)
    over = tuple(Group(*_over(pass_state, one, names)) for one in before)
    if not every:
        now = " now. Before, it did" if over else ""
        return (Text(f"No leave displaces a session of this client{now}."), *asked, *over)
    return (*(Group(*_block(pass_state, one, names)) for one in every), *asked, *over)


def _over(pass_state: PassState, one: Past, names: bool) -> Iterator[RenderableType]:
    row = one.conflict
    said = Text(who(row.client, pass_state.snapshot, names), "bold")
    said.append(f"  was displaced {span_words(row.span, _zone(pass_state, row))}, therapist {row.therapist}")
    said.append(f"\nclient {row.client}, conflict {row.id}, original {row.original.value}, ", "dim")
    yield said + Text(f"{row.state.value}{f': {row.reason}' if row.reason else ''}", "dim")
    yield Text()
    yield _events(one.history, _zone(pass_state, row))
    yield Text()


def _zone(pass_state: PassState, row: Conflict) -> ZoneInfo:
    known = pass_state.snapshot.therapist.get(row.therapist)
    return known.zone if known else pass_state.snapshot.practice.zone


def _block(pass_state: PassState, one: Explained, names: bool) -> Iterator[RenderableType]:
    found = one.displacement
    yield _head(pass_state, one, names)
    yield Text()
    yield _ranking(one)
    yield Text()
    yield _outcome(pass_state, found)
    if one.wait is not None:
        yield _wait(one.wait)
    if one.waits_for:
        yield Text(f"Its first message waits for: {one.waits_for}.", "yellow")
    yield Text()
    if one.free is not None:
        yield _funnel(one)
        yield Text()
        yield alternatives_table(
            pass_state, one.alternatives, "Other times, everybody else staying where they are"
        )
        yield Text()
    yield _events(one.history, pass_state.therapist(one.displacement.conflict).zone)
    yield Text()


def _head(pass_state: PassState, one: Explained, names: bool) -> Text:
    found = one.displacement
    row = found.conflict
    said = Text(named(found.client, names), "bold")
    said.append(
        f"  displaced {span_words(row.span, pass_state.therapist(row).zone)}, therapist {row.therapist}"
    )
    said.append(f"\n{'client ' + found.client.id}, conflict {row.id}, original {row.original.value}, ", "dim")
    said += state_words(found.state)
    if found.client.returned_at is not None:
        since = moment_words(found.client.returned_at, pass_state.therapist(row).zone)
        said.append(f"\nMail to this client has come back since {since}: none is sent ", "yellow")
        said.append("until the roster has another address, or an answer comes from this one.", "yellow")
    return said


def _ranking(one: Explained) -> RenderableType:
    ranked = one.displacement.ranked
    said = Text(f"Rank {ranked.position} of {one.of}, ")
    said += TIER_WORDS[ranked.tier]
    said.append(f", {ranked.score} of {SCORE_MAX}. ")
    said.append(ranked.sentence, "dim")
    table = sparse("", words("Factor"), number("Value"), number("Points"), flowing("Says"))
    parts = ((part.name, f"{part.value:.2f}", f"{part.points:.0f}", part.says) for part in ranked.parts)
    return Group(said, Text(), filled(table, parts, ""))


def _outcome(pass_state: PassState, found: Displacement) -> RenderableType:
    """The slot with what speaks for it, or what binds."""
    offer = found.offer
    if offer is None:
        return Text("No time. ", "bold yellow") + Text(found.why or "Not planned.", "default")
    zone = pass_state.snapshot.therapist[offer.therapist].zone
    said = Text(f"New time {span_words(offer.span, zone)} ", "bold") + state_words(offer.state.value)
    more = kind_words(offer.kind, offer.therapist, offer.span.duration)
    said.append(f" ({more})" if more else "")
    said.append("".join(f"\nor {span_words(other, zone)}" for other in found.choices))
    if found.why:
        said.append(f"\n{reason_words(found.why)}", "dim")
    return said


def _wait(wait: Wait) -> Text:
    """The burden before and after, and how likely the client takes the time."""
    said = Text(f"Burden of the wait, in missed sessions: {wait.before:.1f}")
    if wait.chance is not None:
        said.append(f", with this time {wait.after:.1f}.\n")
        said.append(f"Chance, against their own usual hour and weekday: {wait.chance} of 100, {wait.says}")
    elif wait.after != wait.before:
        said.append(f", with their other make-ups {wait.after:.1f}")
    said.append(".")
    if wait.assumed:
        said.append(" How often they come is not known: a week was assumed.")
    return said


def _funnel(one: Explained) -> RenderableType:
    """How many times each rule forbade, the strictest first."""
    title = f"Times left while everybody keeps theirs: {one.free}"
    if one.forbidden_by is not None:
        title += f"; as things stand none is allowed ({one.forbidden_by.value})"
    table = sparse(title, words("Forbidden by"), number("Times"))
    rows = sorted(one.ruled_out.items(), key=lambda pair: (-pair[1], pair[0].value))
    return filled(table, ((rule.value, str(count)) for rule, count in rows if count), "No rule forbade any.")


def _events(history: Iterable[Happened], zone: ZoneInfo) -> RenderableType:
    table = sparse("What happened", fixed("When"), flowing("What"), words("Subject"))
    rows = ((moment_words(each.at, zone), each.what, Text(each.subject, "dim")) for each in history)
    return filled(table, rows, "Nothing yet.")


def explain_document(
    pass_state: PassState,
    every: Sequence[Explained],
    *,
    before: Sequence[Past] = (),
    names: bool = False,
    wanted: str = "",
) -> str:
    """`explain --json`: as `explain.schema.json` says."""
    zone = pass_state.snapshot.practice.zone
    document = ExplainDocument(
        generated_at=pass_state.now.astimezone(zone),
        sessions=[_explanation(pass_state, one, names) for one in every],
        past=[_past(pass_state, one) for one in before],
        asked=asked_records(pass_state, wanted),
    )
    return document.model_dump_json(indent=2)


def _explanation(pass_state: PassState, one: Explained, names: bool) -> Explanation:
    row = one.displacement.conflict
    zone = pass_state.therapist(row).zone
    return Explanation(
        absence=row.absence,
        session=session_record(pass_state, one.displacement, names=names),
        free_times=one.free,
        ruled_out={rule.value: count for rule, count in one.ruled_out.items() if count},
        wait=_wait_record(one.wait) if one.wait else None,
        waits_for=one.waits_for or None,
        alternatives=[slot_record(pass_state, each) for each in one.alternatives],
        history=_records(one.history, zone),
    )


def _past(pass_state: PassState, one: Past) -> PastSession:
    row, zone = one.conflict, _zone(pass_state, one.conflict)
    return PastSession(
        absence=row.absence,
        conflict=row.id,
        client=row.client,
        therapist=row.therapist,
        original=Time(start=row.span.start.astimezone(zone), end=row.span.end.astimezone(zone)),
        original_state=row.original.value,
        state=row.state.value,
        reason=row.reason or None,
        history=_records(one.history, zone),
    )


def _records(history: Iterable[Happened], zone: ZoneInfo) -> list[Event]:
    return [Event(at=each.at.astimezone(zone), what=each.what, subject=each.subject) for each in history]


def _wait_record(wait: Wait) -> WaitRecord:
    return WaitRecord(
        burden_before=wait.before,
        burden_after=wait.after,
        chance=wait.chance,
        rests_on=wait.says or None,
        interval_assumed=wait.assumed,
    )
