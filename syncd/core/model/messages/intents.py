"""What should happen, before it is put into words: the intents of a pass."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256

from syncd.core.model.actions import CancelOriginal, DeleteEvent, RestoreOriginal, Revival
from syncd.core.model.effects import EffectKey
from syncd.core.model.event import MarkerRole
from syncd.core.model.messages.entries import Overview, ShowFacts
from syncd.core.model.messages.letters import LetterFacts
from syncd.core.model.messages.mails import MailFacts


@dataclass(frozen=True, slots=True)
class Show:
    """Intent: our object stands in the calendar like this (etag "": it does not exist yet)."""

    key: EffectKey
    calendar: str
    facts: ShowFacts | Overview
    role: MarkerRole = MarkerRole.OFFER
    etag: str = ""
    after: EffectKey | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Intent: this message reaches this client, once."""

    key: EffectKey
    facts: MailFacts
    client: str
    therapist: str
    conflict: str
    absence: str = ""
    offer: str = ""
    after: EffectKey | None = None
    besides: tuple[str, ...] = ()  # further conflicts that it tells of
    revived: tuple[Revival, ...] = ()  # those that it says take place after all


@dataclass(frozen=True, slots=True)
class Invite:
    """Intent: the object speaks to the client, carried by the calendar server (server and google path).

    First with neutral wording and no attendee, which is silent; then, with `attend`, it is the invitation.
    """

    key: EffectKey
    calendar: str
    facts: MailFacts
    organizer: str
    client: str
    therapist: str
    conflict: str
    absence: str
    offer: str
    etag: str
    attend: bool
    confirmed: bool
    after: EffectKey | None = None
    agreed: bool = False  # the client said yes, or the therapist for them: nothing is asked any more


@dataclass(frozen=True, slots=True)
class Write:
    """Intent: this letter reaches the therapist, once: by mail, or as a to-do in their calendar."""

    key: EffectKey
    facts: LetterFacts
    therapist: str
    after: EffectKey | None = None
    calendar: str = ""  # where it becomes a to-do, if nothing can be mailed,
    uid: str = ""  # and as what


Intent = Show | Tell | Invite | Write | DeleteEvent | CancelOriginal | RestoreOriginal

# Came later: where they say nothing, what stands is not written anew.
SINCE = frozenset(
    {
        *("dropped", "clash", "mistyped", "falling", "falling_unasked", "going", "asked", "choices"),
        *("conference", "room", "together_unasked", "gone_by"),
    }
)


def digest(facts: ShowFacts | Overview | LetterFacts) -> str:
    """A short stable name for how something is shown; the version of a Show."""
    shown = (one.name for one in fields(facts) if one.name != "sent_at")
    said = ((name, getattr(facts, name)) for name in shown)
    text = "\x1f".join(str(value) for name, value in said if value or name not in SINCE)
    return sha256(text.encode()).hexdigest()[:12]
