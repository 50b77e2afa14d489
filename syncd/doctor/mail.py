"""Mail: the way out, the way in, and one round trip from us to us, as a client's answer would go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_exponential

from syncd.core.model import PartStat, Reply, ReplyKind
from syncd.core.model.actions import Mail
from syncd.core.model.errors import Unclear
from syncd.doctor.answering import accepted
from syncd.doctor.doors import door_findings
from syncd.doctor.findings import Check, Finding, attempt, fail, failed, guarded, ok, skipped, warn
from syncd.wiring.checking import CheckedMailbox, CheckedMailer, MailDoor
from syncd.wiring.planner import tokens

_FIRST, _LONGEST = 0.1, 2.0  # seconds between looks into the mailbox
_EARLIER = timedelta(days=1)  # the server's clock may be behind ours


@dataclass(frozen=True, slots=True)
class _Trip:
    """One round trip: what it goes through, the UID it is about, how long each mail may take."""

    mail: MailDoor
    mailer: CheckedMailer
    mailbox: CheckedMailbox
    uid: str
    now: datetime
    wait: timedelta


def mail_findings(mail: MailDoor | None, now: datetime, wait: timedelta) -> Iterator[Finding]:
    """All about mail. `wait` is how long each mail from us to us may take; zero sends none."""
    if mail is None:
        for check in (Check.SMTP, Check.MAILBOX, Check.ROUND_TRIP):
            yield skipped(check, "mail", "no [mail] in the settings")
        return
    uid = next(tokens())
    out = _way_out(mail, now)
    way_in = _way_in(mail, uid, now)
    yield from (*out, *way_in)
    if mail.mailbox is None or failed((*out, *way_in)):
        yield skipped(Check.ROUND_TRIP, "mail.from", "needs a way out and a way in")
    elif not wait:
        yield skipped(Check.ROUND_TRIP, "mail.from", "not asked for (--wait 0s)")
    else:
        opened = mail.mailbox
        yield from guarded(
            Check.ROUND_TRIP,
            "mail.from",
            lambda: _round(_Trip(mail, mail.mailer(), opened(uid), uid, now, wait)),
        )


def _way_out(mail: MailDoor, now: datetime) -> tuple[Finding, ...]:
    knocked = guarded(Check.CONNECTION, mail.smtp.key, lambda: door_findings(mail.smtp, now))
    if failed(knocked):
        return (*knocked, skipped(Check.SMTP, mail.smtp.key, "the server was not reached"))
    return (*knocked, _tried(Check.SMTP, mail.smtp.key, lambda: mail.mailer().check(), "takes our mail"))


def _way_in(mail: MailDoor, uid: str, now: datetime) -> tuple[Finding, ...]:
    if mail.mailbox is None:
        said = "neither imap nor maildir: answers to mailed invitations are not seen; add one"
        return (warn(Check.MAILBOX, "mail", said),)
    opened, key = mail.mailbox, mail.imap.key if mail.imap else "mail.maildir"
    door = mail.imap
    knocked = guarded(Check.CONNECTION, key, lambda: door_findings(door, now)) if door else ()
    if failed(knocked):
        return (*knocked, skipped(Check.MAILBOX, key, "the server was not reached"))
    return (*knocked, _tried(Check.MAILBOX, key, lambda: opened(uid).check(), "can be read"))


def _tried(check: Check, key: str, call: Callable[[], None], said: str) -> Finding:
    return attempt(check, key, call) or ok(check, key, said)


def _round(trip: _Trip) -> Iterator[Finding]:
    seconds = round(trip.wait.total_seconds())
    invitation = trip.mail.invitation(trip.uid, trip.now)
    _send(trip, invitation)
    if not _awaited(trip, lambda: _arrived(trip, invitation)):
        said = f"no mail to `from` arrived in the mailbox within {seconds} s, so answers would be lost"
        yield fail(
            Check.ROUND_TRIP, "mail.from", f"{said}: let that address end in this mailbox, or raise --wait"
        )
        return
    _send(trip, accepted(trip.mail.sender, trip.uid, trip.mail.answer_id(trip.uid), trip.now))
    if not _awaited(trip, lambda: any(map(_accepts, _replies(trip)))):
        said = f"mail arrives, but an answer to an invitation was not seen within {seconds} s"
        yield fail(
            Check.ROUND_TRIP,
            "mail.from",
            f"{said}: look whether the server keeps calendar parts back, or raise --wait",
        )
        return
    yield ok(Check.ROUND_TRIP, "mail.from", "an invitation went out, and its answer came in")
    if not trip.mailbox.holds(invitation.message_id):
        said = "the mail server replaces Message-IDs: a sending that was cut off needs a person to look"
        yield warn(Check.ROUND_TRIP, "mail.smtp", said)


def _send(trip: _Trip, mail: Mail) -> None:
    try:
        trip.mailer.send(mail)
    except Unclear:
        return  # it may have gone out: the mailbox will tell


def _arrived(trip: _Trip, invitation: Mail) -> bool:
    return trip.mailbox.holds(invitation.message_id) or bool(_replies(trip))


def _replies(trip: _Trip) -> tuple[Reply, ...]:
    """What the mailbox shows about our UID; the invitation itself counts as words."""
    found = trip.mailbox.fetch(frozenset(), trip.now - _EARLIER)
    return tuple(reply for message in found for reply in message.replies if reply.offer == trip.uid)


def _accepts(reply: Reply) -> bool:
    return reply.kind is ReplyKind.ANSWER and reply.partstat is PartStat.ACCEPTED


def _awaited(trip: _Trip, look: Callable[[], bool]) -> bool:
    """Whether `look` becomes true in time."""
    patiently = Retrying(
        retry=retry_if_result(lambda seen: not seen),
        stop=stop_after_delay(trip.wait.total_seconds()),
        wait=wait_exponential(multiplier=_FIRST, max=_LONGEST),
        retry_error_callback=lambda _: False,
    )
    return bool(patiently(look))
