"""Bad settings: every mistake at once, each with file, key path, value, and what would be right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from syncd.core.model.errors import ConfigError
from syncd.settings import EX_CONFIG, load_settings
from tests.settings.practices import CLIENTS, DANA, HOME, LEE, PRACTICE, ROSTER, Folder, settings

MAIL = '[mail]\nfrom = "office@example.org"\nsmtp = { host = "smtp.example.org" }\n'


def test_all_mistakes_of_all_files_at_once(folder: Folder) -> None:
    """One in every table and two roster lines: nine problems, not one after the other."""
    found = folder.mistakes(
        PRACTICE.replace("Berlin", "Berlni")
        + "[policy]\nbudget = -1\n[limits]\nclient_dy = 2\n"
        + DANA.replace('"09:00-13:00"', '"13:00-09:00"')
        + LEE.replace('account = "home"', 'account = "hoem"')
        + HOME.replace("https:", "http:")
        + CLIENTS
        + '[daemon]\npoll = "2"\n',
        "id,email\nc1,ada@\nc2,ben@example.org\nc2,x@example.org\n",
    )
    assert [problem.key for problem in found] == [
        "practice.timezone",
        "policy.budget",
        "limits.client_dy",
        "daemon.poll",
        "therapists[0].hours.mon[0]",
        "accounts.home.url",
        "therapists[1].account",
        "line 2, email",
        "line 4, id",
    ]
    assert {Path(problem.file).name for problem in found} == {"syncd.toml", "clients.csv"}


@pytest.mark.parametrize(
    ("toml", "key", "value", "expected"),
    [
        (
            settings(policy='[policy]\naproach = "all"\n'),
            "policy.aproach",
            "unknown key",
            'Did you mean "approach"?',
        ),
        (settings(more="[limit]\n"), "limit", "unknown key", 'Did you mean "limits"?'),
        (
            settings(therapists=DANA.replace("mon =", "monday =")),
            "therapists[0].hours.monday",
            "unknown key",
            '"mon"',
        ),
        (settings(therapists=DANA + "policy = {}\n"), "therapists[0].policy", "unknown key", "directly"),
        (
            settings(practice=PRACTICE.replace("Berlin", "Berlni")),
            "practice.timezone",
            '"Europe/Berlni"',
            '"Europe/Berlin"',
        ),
        (settings(practice=PRACTICE + 'holidays = "DE-XX"\n'), "practice.holidays", '"DE-XX"', "BE, "),
        (settings(practice=PRACTICE + 'holidays = "Berlin"\n'), "practice.holidays", '"Berlin"', '"DE-BE"'),
        (
            settings(practice=PRACTICE + 'language = "it"\n'),
            "practice.language",
            '"it"',
            "one of en, de, fr, es, en-US",
        ),
        (settings(practice=PRACTICE + 'phone = "1\\n2"\n'), "practice.phone", '"1�2"', "control characters"),
        (
            settings(practice=PRACTICE + 'resources_url = { it = "https://example.org/" }\n'),
            *("practice.resources_url", "a table", 'en = "https://'),
        ),
        (settings(practice=PRACTICE + "rooms = true\n"), "practice.rooms", "true", "a whole number"),
        (settings(practice=PRACTICE.replace("name", "public_name")), "practice.name", "missing", "required"),
        (settings(policy='[policy]\napproach = "al"\n'), "policy.approach", '"al"', 'Did you mean "all"?'),
        (settings(policy='[policy]\nmin_notice = "soon"\n'), "policy.min_notice", '"soon"', '"48h"'),
        (settings(policy='[policy]\nmin_notice = "P2M"\n'), "policy.min_notice", '"P2M"', '"PT30M"'),
        (settings(policy="[policy]\nmin_notice = 48\n"), "policy.min_notice", "48", '"48h"'),
        (settings(policy='[policy]\nanswer_within = "2h"\n'), "policy.answer_within", '"2h"', "at least 12h"),
        (settings(policy="[policy]\nbudget = -1\n"), "policy.budget", "-1", "at least 0"),
        (settings(policy='[policy]\nbudget = "12"\n'), "policy.budget", '"12"', "a whole number"),
        (settings(policy="[policy]\nweights = { gap = -1 }\n"), "policy.weights.gap", "-1", "at least 0"),
        (settings(policy="[policy]\nweights = { gap = inf }\n"), "policy.weights.gap", "inf", "a"),
        (
            settings(
                policy="[policy]\nweights = { interval = 0, gap = 0, tenure = 0, significance = 0, "
                "phase = 0, fairness = 0 }\n"
            ),
            "policy.weights",
            '"all zero"',
            "at least one weight above 0",
        ),
        (settings(policy="[policy]\nmax_in_a_row = 0\n"), "policy.max_in_a_row", "0", "at least 1"),
        (
            settings(policy='[policy]\nmax_before_leave = "few"\n'),
            "policy.max_before_leave",
            '"few"',
            '"auto"',
        ),
        (
            settings(policy="[policy]\nmax_sessions_per_week = true\n"),
            "policy.max_sessions_per_week",
            "true",
            '"auto"',
        ),
        (settings(policy='[policy]\nmin_interval = "often"\n'), "policy.min_interval", '"often"', '"14d"'),
        (
            settings(
                practice=f'{PRACTICE}[practice.limits]\napproach = "limited"\n',
                policy='[policy]\napproach = "all"\n',
            ),
            "policy.approach",
            '"all"',
            'within practice.limits.approach = "limited"',
        ),
        (
            settings(
                practice=f"{PRACTICE}[practice.limits]\ncover = false\n", therapists=f"{DANA}cover = true\n"
            ),
            "therapists[0].cover",
            "true",
            "within practice.limits.cover = false",
        ),
        (
            settings(
                practice=f'{PRACTICE}[practice.limits]\nmin_notice = "3d"\n',
                policy='[policy]\nmin_notice = "48h"\n',
            ),
            "policy.min_notice",
            '"48h"',
            'within practice.limits.min_notice = "72h"',
        ),
        (settings(policy='[policy]\ncall = "1h"\n'), "policy.call", '"1h"', "5 to 45 minutes"),
        (settings(policy='[policy]\ncall = "1m"\n'), "policy.call", '"1m"', "5 to 45 minutes"),
        (settings(therapists=f'{DANA}extension = "1d"\n'), "therapists[0].extension", '"1d"', "2 hours"),
        (
            settings(
                practice=f'{PRACTICE}[practice.limits]\ncall = "0m"\n',
                policy='[policy]\ncall = "15m"\n',
            ),
            "policy.call",
            '"15m"',
            "within practice.limits.call",
        ),
        (
            settings(policy='[policy]\nquiet_hours = "12:00-14:00"\n'),
            "policy.quiet_hours",
            '"12:00-14:00"',
            "over the night",
        ),
        (settings(policy="[policy]\nleave_words = []\n"), "policy.leave_words", "a list", "at least one"),
        (
            settings(therapists=DANA.replace("13:00", "14:30")),
            "therapists[0].hours.mon",
            "a list",
            "09:00-14:30 and 14:00-18:00",
        ),
        (
            settings(therapists=DANA.replace("13:00", "25:00")),
            "therapists[0].hours.mon[0]",
            '"09:00-25:00"',
            "24:00",
        ),
        (
            settings(therapists=DANA.replace('"09:00-17:00"', '"9-17"')),
            "therapists[0].hours.tue[0]",
            '"9-17"',
            "09:00-13:00",
        ),
        (
            settings(therapists=DANA.split("hours")[0] + "hours = {}\n"),
            "therapists[0].hours",
            "a table",
            "at least one day",
        ),
        (
            settings(therapists=DANA.split("hours")[0]),
            "therapists[0].hours",
            "missing",
            "required: working hours",
        ),
        (
            settings(therapists=DANA + "hours_exceptions = { 2026-13-01 = [] }\n"),
            "therapists[0].hours_exceptions.2026-13-01",
            '"2026-13-01"',
            "a date",
        ),
        (
            settings(therapists=DANA.replace('"dana@', '"Dana <dana@')),
            "therapists[0].email",
            '"Dana <dana@example.org"',
            "one e-mail",
        ),
        (
            settings(therapists=DANA + 'covers_for = ["le"]\n' + LEE),
            "therapists[0].covers_for[0]",
            '"le"',
            'Did you mean "lee"?',
        ),
        (
            settings(therapists=DANA + 'covers_for = ["dana"]\n'),
            "therapists[0].covers_for[0]",
            '"dana"',
            "another therapist",
        ),
        (
            settings(therapists=DANA.replace('"home"', '"hone"')),
            "therapists[0].account",
            '"hone"',
            'Did you mean "home"?',
        ),
        (
            settings(therapists=DANA + LEE.replace('"lee"', '"Dana"')),
            "therapists[1].id",
            '"Dana"',
            "therapists[0] has it",
        ),
        (
            settings(therapists=DANA + LEE.replace('"Lee"', '"Practice"')),
            "therapists[1].calendar",
            '"Practice"',
            '"dana" has this one',
        ),
        (
            settings(therapists=DANA + 'busy_calendars = ["Practice"]\n'),
            "therapists[0].busy_calendars[0]",
            '"Practice"',
            "another calendar",
        ),
        (
            settings(therapists=DANA + 'busy_calendars = ["B"]\nplan_calendar = "B"\n'),
            "therapists[0].plan_calendar",
            '"B"',
            "only read",
        ),
        (settings(therapists=""), "therapists", "missing", "[[therapists]]"),
        (settings(accounts=""), "accounts", "missing", "[accounts.NAME]"),
        (
            settings(accounts=HOME.replace("caldav", "caldev")),
            "accounts.home.type",
            '"caldev"',
            '"caldav" or "google"',
        ),
        (
            settings(accounts=HOME.replace("https", "ftp")),
            "accounts.home.url",
            '"ftp://dav.example.org/"',
            "https://",
        ),
        (
            settings(accounts=HOME.replace("https", "http")),
            "accounts.home.url",
            '"http://dav.example.org/"',
            "allow_insecure",
        ),
        (settings(accounts=HOME + 'delivery = "imip"\n'), "accounts.home.delivery", '"imip"', "[mail]"),
        (
            settings(accounts=HOME + 'ca_file = "no.pem"\n'),
            "accounts.home.ca_file",
            '"no.pem"',
            "certificates",
        ),
        (
            settings(accounts=HOME + 'ca_file = "clients.csv"\n'),
            "accounts.home.ca_file",
            '"clients.csv"',
            "PEM",
        ),
        (settings(more=MAIL + 'maildir = "in"\nimap = { host = "h" }\n'), "mail", "a table", "not both"),
        (settings(more=MAIL.replace("from", "form")), "mail.form", "unknown key", '"from"'),
        (settings(more='[store]\nurl = "mysql://x"\n'), "store.url", '"mysql://x"', "sqlite:////"),
        (
            settings(more='[store]\nurl = "sqlite:///:memory:"\n'),
            "store.url",
            '"sqlite:///:memory:"',
            "sqlite:////",
        ),
        (settings(more='[daemon]\nmetrics = "9464"\n'), "daemon.metrics", '"9464"', "host:port"),
        (settings(more='[daemon]\npoll = "1s"\n'), "daemon.poll", '"1s"', "at least 10s"),
        (settings().replace('file = "clients.csv"', ""), "clients.file", "missing", "a CSV file"),
        (settings(practice=PRACTICE + 'templates = "none"\n'), "practice.templates", '"none"', "a folder"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(
    folder: Folder, toml: str, key: str, value: str, expected: str
) -> None:
    """Key path, what stands there, and what would be right, near misses included."""
    found = next(one for one in folder.mistakes(toml) if one.key == key)
    assert found.value == value
    assert expected in found.expected
    assert str(found).startswith(f"{folder.path / 'syncd.toml'}: {key}: ")


def test_one_calendar_under_two_accounts_is_still_one(folder: Folder) -> None:
    """The same user on the same server by another key: two therapists share a calendar."""
    second = HOME.replace("accounts.home", "accounts.other")
    lee = LEE.replace('"Lee"', '"Practice"').replace('"home"', '"other"')
    assert (
        folder.mistake(settings(therapists=DANA + lee, accounts=HOME + second)).key
        == "therapists[1].calendar"
    )


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        (settings(accounts=HOME.replace('{ env = "DAV_PASSWORD" }', '"hunter2"')), "accounts.home.password"),
        (
            settings(accounts=HOME.replace("env =", "evn =").replace("DAV_PASSWORD", "hunter2")),
            "accounts.home.password.evn",
        ),
        (settings(accounts=HOME.replace("https://", "https://dana:hunter2@")), "accounts.home.url"),
        (settings(accounts=HOME + 'pasword = "hunter2"\n'), "accounts.home.pasword"),
        (settings(more='[store]\nurl = "postgresql+psycopg://u:hunter2@h/d"\n'), "store.url"),
    ],
)
def test_secrets_are_never_repeated(folder: Folder, toml: str, key: str) -> None:
    """Wherever one stands by mistake, the error names the place only."""
    found = folder.mistakes(toml)
    assert key in [problem.key for problem in found]
    assert "hunter2" not in " ".join(map(str, found))


def test_a_line_that_is_no_toml_is_not_repeated(folder: Folder) -> None:
    """It may be a password without quotes."""
    found = folder.mistake(settings(accounts='password = hunter2 "\n'))
    assert found.key.startswith("line ")
    assert "hunter2" not in str(found)


def test_secrets_that_cannot_be_read(folder: Folder) -> None:
    """A file that is missing or empty, a credential outside systemd, a variable that is not set."""
    (folder.path / "empty").write_text("\n")
    ways = {
        '{ env = "NONE" }': ("accounts.home.password.env", "is set"),
        '{ file = "nowhere" }': ("accounts.home.password.file", "No such file"),
        '{ file = "empty" }': ("accounts.home.password.file", "is empty"),
        '{ credential = "x" }': ("accounts.home.password.credential", "LoadCredential="),
        '{ credential = "../x" }': ("accounts.home.password", "bare name"),
        '{ file = "a", env = "B" }': ("accounts.home.password", "one of"),
    }
    for written, (key, expected) in ways.items():
        found = folder.mistake(settings(accounts=HOME.replace('{ env = "DAV_PASSWORD" }', written)))
        assert (found.key, expected in found.expected) == (key, True), found


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('token = { file = "a" }\nservice_account = { file = "b" }\nsubject = "a@example.org"\n', "either"),
        ("", "either token or service_account"),
        ('service_account = { file = "b" }\n', "subject together"),
        ('token = { file = "a" }\napi_endpoint = "http://api.example.org/"\n', "https://"),
    ],
)
def test_google_accounts(folder: Folder, more: str, expected: str) -> None:
    """One way in, and plain http to this machine only."""
    found = folder.mistake(settings(accounts=f'{HOME}[accounts.work]\ntype = "google"\n{more}'))
    assert found.key.startswith("accounts.work")
    assert expected in found.expected


def test_files_that_are_no_settings(folder: Folder) -> None:
    """Not TOML, not UTF-8, not there, a folder: one clear line."""
    path = folder.path / "syncd.toml"
    contents = {b"[practice\n": "line 1", b"a = '\xff'": "byte 5", b"a = 1\na = 2\n": "line 2"}
    for content, key in contents.items():
        path.write_bytes(content)
        with pytest.raises(ConfigError) as caught:
            load_settings(path, {}, date(2026, 6, 1))
        (problem,) = caught.value.problems
        assert problem.key.startswith(key), problem
    for missing in (folder.path / "none.toml", folder.path):
        with pytest.raises(ConfigError, match="--config"):
            load_settings(missing, {}, date(2026, 6, 1))


def test_what_a_word_processor_does_to_settings_is_said_as_it_is(folder: Folder) -> None:
    """Every line with bent quotation marks; keys and tables that stand twice, and where; a text that does not end."""
    path = folder.path / "syncd.toml"
    bent = (
        '[practice]\nname = \u201cMaple\u201d\nphone = \u201e030\u201c\npublic_name = "\u201eMitte\u201c"\n'
    )
    said = {
        bent: (("line 2", "curly quotation marks"), ("line 3", "curly quotation marks")),
        "[practice]\nname = 'x'\nphone = '1'\nname = 'y'\n": (
            ("line 4", "name stands twice in this table, first in line 2"),
        ),
        "[practice]\n[policy]\n[practice]\n": (("line 3", "[practice] stands twice, first in line 1"),),
        '[practice]\nname = "Maple\n': (("line 2", "a text does not end on its line"),),
    }
    for text, expected in said.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_settings(path, {}, date(2026, 6, 1))
        found = [(one.key.partition(",")[0], one.value) for one in caught.value.problems]
        assert found == list(expected)
        assert "Maple" not in str(caught.value)


@pytest.mark.parametrize(
    "begins", [b"PK\x03\x04\x14\x00\xff", bytes.fromhex("d0cf11e0a1b11ae1")], ids=["xlsx", "xls"]
)
def test_a_workbook_is_no_roster(folder: Folder, begins: bytes) -> None:
    """Whatever it is called: what to do with it is said."""
    found = folder.mistake(settings(), begins + b"\x00\xff")
    assert (found.value, found.expected) == ("a workbook, no CSV", 'save it as "CSV UTF-8"')


def test_a_roster_that_is_missing(folder: Folder) -> None:
    """The roster's own path stands in the error."""
    found = folder.mistake(settings().replace("clients.csv", "nobody.csv"), ROSTER)
    assert found.file == str(folder.path / "nobody.csv")
    assert "No such file" in found.value


def test_the_exit_status_for_bad_settings() -> None:
    """EX_CONFIG of sysexits.h, which the systemd unit does not restart on."""
    assert EX_CONFIG == 78
