"""Intents in, frozen actions out: the last step before anything is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from syncd.core.model.actions import Action, CancelOriginal, DeleteEvent, PutEvent, RestoreOriginal, counted
from syncd.core.model.effects import EffectKey
from syncd.core.model.errors import ConfigError, Rejected
from syncd.core.model.messages.intents import Intent, Invite, Show, Tell, Write
from syncd.core.model.messages.letters import Detail
from syncd.wording.entries import put
from syncd.wording.letters import note, post
from syncd.wording.mails import send
from syncd.wording.outgoing import Compose
from syncd.wording.scheduling import invite, taken_back
from syncd.wording.templates import Templates

NO_MAIL = "no mail is configured"


@dataclass(frozen=True, slots=True)
class Unsayable:
    """A message that cannot be written, and why: its reader must be reached another way."""

    intent: Tell | Write
    why: str


@dataclass(frozen=True, slots=True)
class Worded:
    """Actions in the order of their intents, and what could not be put into a mail."""

    actions: tuple[Action, ...]
    unsayable: tuple[Unsayable, ...] = ()


def word(
    intents: Iterable[Intent],
    templates: Templates,
    compose: Compose | None,
    instance: str,
    sender: str,
    *,
    after: int | None = None,
    detail: Detail = Detail.NAMES,
) -> Worded:
    """Put intents into words; the same intents give the same bytes.

    `after` is the highest number that an effect has: theirs follow; None counts nothing. `detail` is what letters hold.

    `compose` None: no mail is configured. `sender` is the address that answers come to. An action that was to
    follow an unsayable message follows what that one followed, and no entry says that it went. Raises
    ConfigError where the template of a calendar entry is at fault.
    """
    actions: list[Action] = []
    unsayable: list[Unsayable] = []
    for place, intent in enumerate(intents, start=1):
        number = after + place if after is not None else 0
        match intent:
            case Tell() | Write() as message:
                said = _say(message, templates, compose, sender, instance, number, detail=detail)
                if isinstance(said, Unsayable):
                    unsayable.append(said)
                else:
                    actions.append(counted(said, number))
            case Show() as show:
                actions.append(counted(put(show, templates, instance), number))
            case Invite() as invitation:
                actions.append(counted(invite(invitation, templates, instance), number))
            case DeleteEvent(language=language) as removal if language:
                actions.append(counted(taken_back(removal, templates), number))
            case DeleteEvent() | CancelOriginal() | RestoreOriginal() as action:
                actions.append(counted(action, number))
    skipped = {one.intent.key: one.intent.after for one in unsayable}
    told = (action for action in actions if not _foretells(action, unsayable))
    return Worded(tuple(_relinked(action, skipped) for action in told), tuple(unsayable))


def _foretells(action: Action, unsayable: Iterable[Unsayable]) -> bool:
    """True of an entry that would say "invited" where the invitation cannot be written."""
    return isinstance(action, PutEvent) and any(
        isinstance(one.intent, Tell) and one.intent.after == action.key for one in unsayable
    )


def _say(
    message: Tell | Write,
    templates: Templates,
    compose: Compose | None,
    sender: str,
    instance: str,
    number: int,
    *,
    detail: Detail,
) -> Action | Unsayable:
    try:
        if isinstance(message, Write) and message.uid:
            return note(message, templates, instance)
        if compose is None:
            return Unsayable(message, NO_MAIL)
        match message:
            case Tell():
                return send(message, templates, compose, sender, number)
            case Write():
                return post(message, templates, compose, sender, number, detail)
    except (Rejected, ConfigError) as error:
        return Unsayable(message, str(error))


def _relinked(action: Action, skipped: dict[EffectKey, EffectKey | None]) -> Action:
    after = action.after
    while after is not None and after in skipped:
        after = skipped[after]
    return action if after == action.after else replace(action, after=after)
