"""What is allowed and still deserves a look: `syncd doctor` shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from syncd.core.model import Client, Contact, Delivery
from syncd.core.model.errors import ConfigProblem
from syncd.core.model.practice import Approach, ByLanguage, Therapist
from syncd.core.policy import telling
from syncd.core.reading.roster import letters_of
from syncd.core.reading.titles import LeaveReading, read_leave
from syncd.settings.values import CalDavAccount, Settings

_OTHERS = 0o007  # what everybody on the machine may do with a file


def warnings(settings: Settings) -> tuple[ConfigProblem, ...]:
    """Everything in checked settings that may not be meant so. Looks at the modes of files, nothing else."""
    return (
        *_initials(settings),
        *_reachable(settings),
        *_mail(settings),
        *_policy(settings),
        *_practice(settings),
        *_telling(settings),
        *_files(settings),
    )


def _initials(settings: Settings) -> Iterator[ConfigProblem]:
    """Initials that mean several clients of one therapist, or leave."""
    file = _roster(settings)
    shared: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for therapist in settings.therapists:
        for initials, clients in _by_initials(settings, therapist).items():
            if len(clients) > 1:
                shared[tuple(sorted(one.id for one in clients))].append(therapist.id)
            if read_leave(initials, (), therapist.policy.leave_words) is not LeaveReading.SILENT:
                key = f"client {clients[0].id}, initials"
                yield ConfigProblem(file, key, f'"{initials}"', "initials that are no leave word")
    for ids, therapists in shared.items():
        expected = f"initials of their own with {', '.join(therapists)}: titles with these name nobody"
        yield ConfigProblem(file, f"clients {', '.join(ids)}, initials", "the same", expected)


def _by_initials(settings: Settings, therapist: Therapist) -> dict[str, list[Client]]:
    found: dict[str, list[Client]] = defaultdict(list)
    for client in settings.clients:
        if therapist.id in client.therapists and client.initials:
            found[letters_of(client.initials).casefold()].append(client)
    return found


def _reachable(settings: Settings) -> Iterator[ConfigProblem]:
    for client in settings.clients:
        if not client.phone and not client.mailed and client.contact is not Contact.NONE:
            expected = "a phone number: the call list has no other way to reach this client"
            yield ConfigProblem(_roster(settings), f"client {client.id}, phone", "empty", expected)
    if not settings.clients:
        yield ConfigProblem(_roster(settings), "the file", "no clients", "a line for each client")


def _mail(settings: Settings) -> Iterator[ConfigProblem]:
    file, mail = str(settings.path), settings.mail
    for account in settings.accounts:
        if isinstance(account, CalDavAccount) and account.delivery is not Delivery.SERVER:
            if mail is None:
                expected = "[mail]: unless the server sends invitations itself, nobody can be invited"
                yield ConfigProblem(file, f"accounts.{account.id}.delivery", "auto", expected)
            elif mail.imap is None and mail.maildir is None:
                expected = "imap or maildir: answers to mailed invitations are not seen"
                yield ConfigProblem(file, "mail", "no mailbox", expected)
    if mail is not None and not mail.authserv_id and (mail.imap is not None or mail.maildir is not None):
        expected = (
            "authserv_id = what your mail server calls itself in Authentication-Results: "
            "else a forged answer counts as the client's"
        )
        yield ConfigProblem(file, "mail.authserv_id", "empty", expected)
    if mail is not None and not mail.evidence:
        expected = (
            "evidence = an address whose mail ends in the mailbox that is read: else an unclear sending, and a "
            "store that was put back, need a person"
        )
        yield ConfigProblem(file, "mail.evidence", "empty", expected)


def _policy(settings: Settings) -> Iterator[ConfigProblem]:
    for at, therapist in enumerate(settings.therapists):
        key, policy = f"therapists[{at}]", therapist.policy
        if policy.eligibility.approach is Approach.LIMITED and policy.eligibility.budget == 0:
            yield ConfigProblem(
                str(settings.path),
                f"{key}.budget",
                "0",
                'approach = "none" says the same: nobody gets a make-up',
            )
        if policy.slots.reserved_only and therapist.reserved is None:
            expected = "reserved hours: without them only #makeup events open time for make-ups"
            yield ConfigProblem(str(settings.path), f"{key}.reserved", "empty", expected)
        if not (policy.eligibility.before or policy.eligibility.after):
            expected = "before or after: with neither nobody gets a make-up"
            yield ConfigProblem(str(settings.path), f"{key}.before, after", "false", expected)


def _practice(settings: Settings) -> Iterator[ConfigProblem]:
    meanings = {
        "phone": "the number that clients are told to call",
        "email": "an address for call lists and alerts",
        "crisis_contact": "whom clients can reach while the therapist is away",
    }
    for key, expected in meanings.items():
        if not getattr(settings.practice, key):
            yield ConfigProblem(str(settings.path), f"practice.{key}", "empty", expected)


def _telling(settings: Settings) -> Iterator[ConfigProblem]:
    """What signs every message to a client, and tells whoever looks over their shoulder why they come."""
    practice = settings.practice
    shown = {
        "practice.public_name" if practice.public_name else "practice.name": practice.shown_name,
        "practice.crisis_contact": _all(practice.crisis_contact),
        "practice.fee_note": _all(practice.fee_note),
        "practice.resources_url": _all(practice.resources),
        "mail.from": settings.mail.sender if settings.mail else "",
    }
    shown |= {f"therapists[{at}].name": one.name for at, one in enumerate(settings.therapists)}
    for key, text in shown.items():
        if found := telling(text):
            instead = "a public_name" if key == "practice.name" else "words"
            expected = f'{instead} without "{found}": clients\' mails show this, and others may see them'
            yield ConfigProblem(str(settings.path), key, f'"{text}"', expected)


def _all(texts: ByLanguage) -> str:
    return " ".join(text for _, text in texts)


def _files(settings: Settings) -> Iterator[ConfigProblem]:
    for path in dict.fromkeys((*settings.rosters, *_secret_files(settings))):
        try:
            open_to_all = path.stat().st_mode & _OTHERS
        except OSError:
            continue
        if open_to_all:
            expected = "a file that only syncd's user can read: chmod o= it"
            yield ConfigProblem(str(path), "mode", "everybody on this machine can read it", expected)


def _secret_files(settings: Settings) -> Iterator[Path]:
    accounts = [account.password for account in settings.accounts if isinstance(account, CalDavAccount)]
    servers = (
        [server for server in (settings.mail.smtp, settings.mail.imap) if server] if settings.mail else []
    )
    for secret in (*accounts, *(server.password for server in servers), settings.store.password):
        if secret is not None and secret.file is not None:
            yield secret.file


def _roster(settings: Settings) -> str:
    return ", ".join(str(path) for path in settings.rosters)
