"""A diary's practice as its admin sets it up: one settings file and one roster, the same in every world."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.diary.reading import Diary
from tests.scenario.household import OFFICE

PRACTICE = """\
{limits}
[practice]
name = "Maple Street"
timezone = "Europe/Berlin"
phone = "+49 30 1234"
email = "{office}"
{practice}

[policy]
{policy}

{mail}
[clients]
file = "clients.csv"

[store]
url = "sqlite:///{folder}/state/syncd.db"
"""
MAIL = """\
[mail]
from = "{office}"
smtp = {{ host = "127.0.0.1", port = {smtp}, security = "none" }}
maildir = "{maildir}"
{vouching}
"""
THERAPIST = """
[[therapists]]
id = "{id}"
name = "{full_name}"
email = "{id}@example.org"
account = "{id}s"
calendar = "{calendar}"
{keys}

[accounts.{id}s]
{account}
"""
SURNAMES = {"Dana": "Okafor", "Omar": "Haddad", "Lee": "Park", "Noor": "Rahimi"}
_HOURS = '["09:00-13:00", "14:00-18:00"]'
_DEFAULTS = {
    "hours": f"{{ {', '.join(f'{day} = {_HOURS}' for day in ('mon', 'tue', 'wed', 'thu', 'fri'))} }}"
}
_POLICY = {"review_first": "0", "budget": "12", "thank_you": "false", "eve_note": "false"}
_OF_PRACTICE = frozenset({"crisis_contact", "fee_note", "resources_url", "holidays"})


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a therapist's calendar lies: its name, and the keys of the account."""

    calendar: str
    account: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class Premises:
    """Where a practice lives. `domain` is where its clients have their mail."""

    folder: Path
    smtp: int
    maildir: Path
    domain: str = "example.net"

    def write(self, diary: Diary, seats: Mapping[str, Seat]) -> Path:
        """Write settings, roster and passwords; returns the settings file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        policy = _POLICY | {key: value for key, value in diary.policy.items() if key not in _OF_PRACTICE}
        shown = {key: value for key, value in diary.policy.items() if key in _OF_PRACTICE}
        policy.pop("mail", None)
        given = ((key, policy.pop(key, "")) for key in ("authserv_id", "letters"))
        vouching = "\n".join(f"{key} = {value}" for key, value in given if value)
        limits = policy.pop("limits", "{}")
        mail = MAIL.format(office=OFFICE, smtp=self.smtp, maildir=self.maildir, vouching=vouching)
        mail = mail if mailed(diary) else ""
        practice = PRACTICE.format(
            office=OFFICE,
            practice=_keys(shown),
            limits=f"limits = {limits}",
            policy=_keys(policy),
            mail=mail,
            folder=self.folder,
        )
        people = "".join(
            THERAPIST.format(
                id=name.lower(),
                full_name=full_name(name),
                calendar=seats[name].calendar,
                account=seats[name].account,
                keys=_keys(_DEFAULTS | dict(keys)),
            )
            for name, keys in diary.therapists.items()
        )
        self._private("clients.csv", self.roster(diary))
        for name, seat in seats.items():
            if seat.password:
                self._private(f"{name.lower()}-password", seat.password)
        path = self.folder / "syncd.toml"
        path.write_text(practice + people, encoding="utf-8")
        return path

    def roster(self, diary: Diary) -> str:
        """The roster; `c1`, `c2` and so on in the order of the diary."""
        lines = [self._line(diary, number) for number in range(len(diary.people))]
        columns = list(dict.fromkeys(column for line in lines for column in line))
        out = io.StringIO()
        writer = csv.DictWriter(out, columns or ["id"], restval="")
        writer.writeheader()
        writer.writerows(lines)
        return out.getvalue()

    def _line(self, diary: Diary, number: int) -> dict[str, str]:
        person = diary.people[number]
        line = {
            "id": f"c{number + 1}",
            "name": person.full_name,
            "email": f"{person.name.lower()}@{self.domain}",
            "initials": person.initials,
            "therapist": " ".join(one.lower() for one in person.therapists),
        }
        given = {
            key: value.format(number=number, domain=self.domain) for key, value in person.columns.items()
        }
        return line | given

    def _private(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


def full_name(therapist: str) -> str:
    """A therapist's name."""
    return f"{therapist} {SURNAMES.get(therapist, 'Lind')}"


def caldav_account(name: str, url: str, user: str, delivery: str) -> str:
    """Keys of a CalDAV account."""
    return (
        f'type = "caldav"\nurl = "{url}"\nusername = "{user}"\n'
        f'password = {{ file = "{name.lower()}-password" }}\ntimeout = "2m"\ndelivery = "{delivery}"'
    )


def _keys(keys: Mapping[str, str]) -> str:
    return "\n".join(f"{key} = {value}" for key, value in keys.items())


def other_calendar(diary: Diary, therapist: str) -> str:
    """The name of the one further calendar in which a therapist may note leave; "" where there is none."""
    names = json.loads(dict(diary.therapists[therapist]).get("leave_calendars", "[]"))
    return str(names[0]) if names else ""


def mailed(diary: Diary) -> bool:
    """False for a practice without mail: `mail = none`."""
    return dict(diary.policy).get("mail") != "none"


def delivery_of(diary: Diary) -> str:
    """The key `delivery` where no server schedules: nobody can ask for mails without a post office."""
    return "imip" if mailed(diary) else "auto"
