"""A settings file with every key that scripts of others count on: each stays, and says what it said."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from syncd.core.model.practice import Policy
from tests.settings.practices import Folder

WRITTEN = """
[practice]
name = "Maple Street Therapy"
timezone = "Europe/Berlin"
language = "en"
phone = "+49 30 5550100"
email = "office@example.org"
crisis_contact = "0800 1110111"
resources_url = "https://www.example.org/self-help"
holidays = "DE-BE"

[policy]
approach = "limited"
budget = "auto"
approval = "auto"
review_first = 2
approval_above = { sessions = 30, days = 16 }
settle = "auto"
invite_ahead = "35d"
tell_first = true
horizon_before = "14d"
horizon_after = "14d"
min_notice = "48h"
answer_within = "7d"
max_offers = 2
wave = "24h"
release = "7d"
originals = "on_acceptance"
aim = "continuity"
min_gain = "auto"
call = "0m"
handover_above = "28d"
max_in_a_row = 5
max_before_leave = "auto"
max_sessions_per_week = "auto"
settle_back = "auto"
digest = "07:30"
while_away = "office"
choices = 1
buffer = "10m"
grid = "15m"
max_sessions_per_day = 7
max_makeups_per_day = 2
max_makeups_per_week = 6
quiet_hours = "20:00-08:00"
cover = false
extension = "0m"
leave_words = ["leave", "vacation", "holiday", "out of office", "ooo", "urlaub", "ferien", "congé", "vacaciones"]

[limits]
client_absence = 6
client_day = 3
therapist_hour = 30
practice_hour = 120

[practice.limits]

[[therapists]]
id = "dana"
name = "Dana Okafor"
email = "dana@example.org"
account = "home"
calendar = "Practice"
leave_calendars = []
busy_calendars = ["Family"]
timezone = "Europe/Berlin"
hours = { mon = ["09:00-13:00", "14:00-18:00"], tue = ["09:00-17:00"] }
covers_for = []

[accounts.home]
type = "caldav"
url = "https://dav.example.org/"
username = "dana"
password = { file = "secret" }
delivery = "auto"

[accounts.work]
type = "google"
token = { file = "token" }
# api_endpoint = "http://127.0.0.1:8081/calendar/v3/"

[mail]
from = "office@example.org"
authserv_id = "mx.example.org"
letters = "names"
smtp = { host = "smtp.example.org", port = 587, security = "starttls", username = "u", password = { file = "secret" } }

[mail.imap]
host = "imap.example.org"
port = 993
security = "tls"
username = "u"
password = { file = "secret" }
mailbox = "INBOX"

[clients]
file = "clients.csv"

[store]
url = "sqlite:////var/lib/syncd/syncd.db"
history = "2y"

[daemon]
poll = "2m"
metrics = "127.0.0.1:9464"
"""
WEEK = timedelta(days=7)
COLUMNS = (
    "id,name,email,aliases,phone,therapist,initials,contact,consent,discreet,approach,priority,phase,since,significance,"
    "timezone,windows,language,max_offers,choices,cover_ok,extend_ok"
)


@pytest.fixture(autouse=True)
def secrets(folder: Folder) -> None:
    """The files that hold what is secret."""
    for name in ("secret", "token"):
        (folder.path / name).write_text("made up\n")


def test_every_key_loads_and_means_what_holds_without_it(folder: Folder) -> None:
    """All of them at once: what it writes of policy is the default, but that its own leave words are all there are."""
    loaded = folder.load(WRITTEN)
    policy = loaded.therapists[0].policy
    assert (policy.eligibility, policy.slots, policy.timing, policy.approval, policy.originals) == (
        Policy().eligibility,
        Policy().slots,
        Policy().timing,
        Policy().approval,
        Policy().originals,
    )
    assert (policy.timing.digest, policy.timing.settle, policy.timing.release) == (time(7, 30), None, WEEK)
    assert len(policy.leave_words) == 9
    assert (loaded.store.history, loaded.daemon.poll) == (timedelta(days=730), timedelta(minutes=2))


def test_every_column_is_known(folder: Folder) -> None:
    """A roster with all of them, of which one is filled."""
    (client,) = folder.load(WRITTEN, f"{COLUMNS}\nc1{',' * COLUMNS.count(',')}\n").clients
    assert client.id == "c1"


def test_choices_are_one_to_three(folder: Folder) -> None:
    """In the settings, a therapist's table and on a line of the roster; nothing else is taken."""
    loaded = folder.load(WRITTEN.replace("choices = 1", "choices = 3"), "id,choices\nc1,2\nc2,\n")
    assert loaded.therapists[0].policy.eligibility.choices == 3
    assert [client.choices for client in loaded.clients] == [2, None]
    found = folder.mistakes(WRITTEN.replace("choices = 1", "choices = 0"), "id,choices\nc1,4\n")
    assert [one.key for one in found] == ["policy.choices", "line 2, choices"]
