"""What the pages for admins say is typed, as it stands there, on a machine that has nothing of syncd yet.

From the files of a release to a practice that runs over TLS, is upgraded, backed up and restored, and that people
leave. `ELSEWHERE` says of the other commands why not here, and what runs them.
"""

from __future__ import annotations

import json
import os
import re
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from release.building import archive, build, sums
from release.checks import Tree
from tests.cli.office import with_leave
from tests.clock.sitecustomize import SHIFT
from tests.docs.commands import blocks
from tests.docs.pages import Page
from tests.packaging.boxed import BASE, OF_BASE, Box, box, clock_of_tests, possible
from tests.packaging.test_wheel import ROOT
from tests.servers.process import free_port
from tests.servers.proxy import proxied
from tests.servers.radicale import radicale
from tests.servers.smtp import SmtpServer
from tests.whole.holding import wait_until

SYSTEMD, ADMIN = "systemd/README.md", "docs/admin"
FIRST, SECOND = "/srv/release", "/etc/syncd"
ELSEWHERE = {
    (f"{ADMIN}/backup.md", 3): "needs a clock that was wrong: tests/outside/practice/test_clock_accepted.py",
    (f"{ADMIN}/backup.md", 4): "needs PostgreSQL: tests/whole/test_store_copy.py",
    (f"{ADMIN}/container.md", 0): "needs a container engine: tests/packaging/test_engine.py",
    (f"{ADMIN}/container.md", 1): "needs a container engine: tests/packaging/test_engine.py",
    (f"{ADMIN}/google-first-day.md", 0): "needs Google; the same commands stand in install.md",
    (f"{ADMIN}/google.md", 0): "needs a browser: tests/cli/test_auth.py",
    (f"{ADMIN}/settings.md", 0): "needs a checkout: tests/packaging/test_schemas.py",
    (f"{ADMIN}/workers.md", 0): "is for many practices: tests/whole/test_worker.py",
    (f"{ADMIN}/workers.md", 1): "needs PostgreSQL: tests/whole/test_workers.py",
    (f"{ADMIN}/workers.md", 2): "needs PostgreSQL: tests/whole/test_workers.py",
    (SYSTEMD, 3): "needs systemd: a credential's folder is read in tests/packaging/test_container.py",
    (SYSTEMD, 4): "needs a browser: tests/cli/test_auth.py",
}
PLAYED = (
    (f"{ADMIN}/install.md", 0),
    (f"{ADMIN}/install.md", 1),
    (SYSTEMD, 0),
    (SYSTEMD, 1),
    (SYSTEMD, 2),
    (SYSTEMD, 5),
    (SYSTEMD, 6),
    (f"{ADMIN}/upgrade.md", 0),
    (f"{ADMIN}/why.md", 0),
    (f"{ADMIN}/audit.md", 0),
    (f"{ADMIN}/people.md", 0),
    (f"{ADMIN}/backup.md", 0),
    (f"{ADMIN}/people.md", 1),
    (f"{ADMIN}/backup.md", 1),
    (f"{ADMIN}/backup.md", 2),
)


def block(name: str, number: int) -> str:
    """A block of shell commands of a page, from 0."""
    return blocks(Page(ROOT, ROOT / name))[number]


def test_every_command_of_the_pages_is_run_by_a_test() -> None:
    """Here, or elsewhere with the reason; a block that somebody adds is missed."""
    pages = [*sorted((ROOT / ADMIN).glob("*.md")), ROOT / SYSTEMD]
    there = {
        (path.relative_to(ROOT).as_posix(), number)
        for path in pages
        for number in range(len(blocks(Page(ROOT, path))))
    }
    assert there == {*PLAYED, *ELSEWHERE}
    for reason in ELSEWHERE.values():
        assert all((ROOT / path).exists() for path in re.findall(r"tests/\S+\.py", reason))


SETTINGS = """
[practice]
name = "Maple Street"
timezone = "Europe/Berlin"
phone = "+49 30 5550100"
email = "office@example.org"

[policy]
review_first = 0

[[therapists]]
id = "dana"
name = "Dana Okafor"
email = "dana@example.org"
account = "home"
calendar = "Practice"
hours = {{ mon = ["09:00-18:00"], tue = ["09:00-18:00"], wed = ["09:00-18:00"] }}

[[therapists]]
id = "lee"
name = "Lee Marsh"
email = "lee@example.org"
account = "home"
calendar = "Lee"
hours = {{ mon = ["09:00-18:00"] }}

[accounts.home]
type = "caldav"
url = "{url}/"
username = "{user}"
password = {{ file = "{at}/secrets/dana" }}
ca_file = "{at}/secrets/ca.pem"

[mail]
from = "office@example.org"
smtp = {{ host = "127.0.0.1", port = {smtp}, security = "none" }}
maildir = "/srv/mail/office@example.org"

[clients]
file = "{at}/clients.csv"

[store]
url = "sqlite:///{store}"

[daemon]
metrics = "127.0.0.1:{metrics}"
"""
GOOGLE = """
[accounts.work]
type = "google"
token = { credential = "google-work" }
"""
ROSTER = """id,name,email,phone,initials,therapist
c02,Ben Castillo,ben@example.com,+49 30 5550102,BC,dana
c07,Ada Brandt,ada@example.com,+49 30 5550101,AB,dana
"""


@dataclass
class Machine:
    """A machine without syncd: a root of its own, with the files of a release and what an admin writes."""

    box: Box
    metrics: int
    environment: dict[str, str]

    def types(self, name: str, number: int, here: str = FIRST, **put: str) -> str:
        """A block of a page, line by line; what is said. `put` takes the place of words in capitals."""
        script = block(name, number)
        for word, value in put.items():
            script = script.replace(word, value)
        return self.runs(script, here)

    def runs(self, script: str, here: str = FIRST) -> str:
        """Commands of root's, with the alias of the page on the service."""
        whole = f"set -e\n{block(SYSTEMD, 1)}\n{script}"
        done = self.box.enter(["sh", "-c", whole], self.environment, here)
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def looks(self) -> None:
        """The service has looked once since it began."""
        ask = f"from urllib.request import urlopen; urlopen('http://127.0.0.1:{self.metrics}/readyz', timeout=60)"
        wait_until(lambda: self.box.enter(["python3", "-c", ask], self.environment).returncode == 0)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """With servers beside it: calendars behind TLS, and mail."""
    if os.geteuid() != 0 or not possible():
        pytest.skip("only root can mount a root of its own, and not everywhere")
    dist, port = tmp_path / "dist", free_port()
    with ExitStack() as stack:
        disk = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/var/tmp")))
        disk.chmod(0o755)
        (tmp_path / "radicale").mkdir()
        dav = stack.enter_context(radicale(tmp_path / "radicale"))
        with_leave(dav.make_calendar("practice", "Practice"))
        dav.make_calendar("lee", "Lee")
        authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        door = stack.enter_context(proxied(dav.url, context=context))
        mail = stack.enter_context(SmtpServer(disk / "mail"))
        _open(mail.maildir("office@example.org"))
        build(ROOT, dist, Tree.read(ROOT).committed)
        archive(ROOT, dist, Tree.read(ROOT).version)
        sums(dist)
        for at, store in ((".", "syncd.db"), (SECOND, "/var/lib/syncd/syncd.db")):
            text = SETTINGS.format(
                url=door.url, user=dav.username, at=at, smtp=mail.port, store=store, metrics=port
            )
            (dist / ("syncd.toml" if at == "." else "service.toml")).write_text(text)
        (dist / "clients.csv").write_text(ROSTER)
        (dist / "secrets").mkdir()
        (dist / "secrets/dana").write_text(dav.password)
        (dist / "secrets/dana").chmod(0o600)
        authority.cert_pem.write_to_path(str(dist / "secrets/ca.pem"))
        (tmp_path / "box").mkdir()
        made = stack.enter_context(box(tmp_path / "box"))
        made.mount(dist, FIRST)
        made.mount(clock_of_tests(disk / "clock"), "/srv/clock", "ro")
        made.mount(disk / "mail", "/srv/mail")
        made.outside(
            f"install -m 0755 {ROOT / 'tests/packaging/systemctl.sh'} {made.root}/usr/local/bin/systemctl"
        )
        path = f"{FIRST}/.venv/bin:{BASE}/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        given = {
            "PATH": path,
            "HOME": "/root",
            "PYTHONPATH": "/srv/clock",
            SHIFT: os.environ[SHIFT],
            **OF_BASE,
        }
        machine = Machine(made, port, given)
        yield machine
        machine.runs("systemctl stop syncd")


def _open(folder: Path) -> None:
    """To a service that is another user than the server of mail."""
    for path in (folder.parent, folder, *folder.iterdir()):
        path.chmod(0o777)


@pytest.mark.wider
@pytest.mark.lengthy(minutes=12)
@pytest.mark.usefixtures("index")
def test_a_reader_of_the_pages_installs_runs_backs_up_and_retires(machine: Machine) -> None:
    """Each block as it stands there ends without an error, and what it is for is so."""
    said = machine.runs(f"export PIP_NO_COMPILE=1\n{block(f'{ADMIN}/install.md', 0)}")
    assert f"syncd {Tree.read(ROOT).version}" in said
    assert said.count(": OK") == 4
    looked = machine.runs(f"unalias syncd\n{block(f'{ADMIN}/install.md', 1)}")
    assert "AB" in looked
    machine.runs("cp service.toml syncd.toml")
    machine.types(SYSTEMD, 0)
    machine.runs("install -m 0640 -g syncd secrets/* /etc/syncd/secrets/")
    assert "Good:" in machine.types(SYSTEMD, 2)
    machine.looks()
    machine.types(SYSTEMD, 6)
    hands_over_a_sign_in(machine)
    machine.types(f"{ADMIN}/upgrade.md", 0)
    runs_a_year(machine)
    moves_to_another_machine(machine)


def hands_over_a_sign_in(machine: Machine) -> None:
    """What signing in wrote is a credential: root's alone, and read from the folder that systemd makes of it."""
    token = json.dumps({"token": "t", "refresh_token": "r", "client_id": "c", "client_secret": "s"})
    machine.runs(
        f"echo '{token}' > /var/lib/syncd/google-work.json; chown syncd /var/lib/syncd/google-work.json"
    )
    machine.types(SYSTEMD, 5)
    assert machine.runs("stat -c '%a %U' /etc/syncd/secrets/google-work") == "600 root\n"
    machine.runs(
        f"""cat /etc/syncd/syncd.toml - > /srv/google.toml <<'END'
{GOOGLE}
END
CREDENTIALS_DIRECTORY=/etc/syncd/secrets /opt/syncd/bin/syncd check --config /srv/google.toml
rm /var/lib/syncd/google-work.json"""
    )


def runs_a_year(machine: Machine) -> None:
    """The service runs: what an admin asks of it, copies, and who leaves."""
    machine.runs("install -d -o syncd /srv/desk; ln -s /etc/syncd/syncd.toml /srv/desk/")
    assert "Ada" not in machine.types(f"{ADMIN}/why.md", 0, "/srv/desk")
    link = machine.runs(r"sed -n 's/.*\b\([0-9a-f]\{64\}\)\b.*/\1/p' /var/log/syncd.log | tail -1").strip()
    assert "decided" in machine.types(f"{ADMIN}/audit.md", 0, LINK=link)
    assert "lee" in machine.types(f"{ADMIN}/people.md", 0)
    machine.types(f"{ADMIN}/backup.md", 0)
    machine.runs(
        "systemctl stop syncd; sed -i /^c07/d /etc/syncd/clients.csv; syncd retire c07 --yes; syncd once"
    )
    assert "Erased: 1 sessions" in machine.types(f"{ADMIN}/people.md", 1)
    machine.runs("cp -p /var/backups/syncd/*.db /var/backups/syncd/2026-06-15.db; systemctl start syncd")
    assert "Put back:" in machine.types(f"{ADMIN}/backup.md", 1)
    assert "Taken over:" in machine.types(f"{ADMIN}/backup.md", 2)
    machine.looks()
    said = machine.runs("syncd explain BC; syncd status; syncd once --dry-run")
    assert re.search(r"\bc07\b", said) is None  # an instance's random name may hold these signs


def moves_to_another_machine(machine: Machine) -> None:
    """Only the copy, what was erased, settings, roster and secrets came along: the story goes on, nobody is mailed."""
    machine.runs("rm /var/backups/syncd/*.db")
    machine.types(f"{ADMIN}/backup.md", 0)
    machine.runs(
        "systemctl stop syncd; mv /var/backups/syncd/*.db /var/lib/syncd/syncd.db-erased /srv; userdel syncd\n"
        "cp /etc/syncd/clients.csv .; rm -r /etc/syncd /var/lib/syncd /var/backups/syncd"
    )
    mails = machine.runs("find /srv/mail -type f | sort")
    machine.types(SYSTEMD, 0)
    machine.runs("install -m 0640 -g syncd secrets/* /etc/syncd/secrets/")
    machine.runs("install -m 0600 -o syncd /srv/*.db /var/backups/syncd/2026-06-15.db")
    machine.runs("install -m 0600 -o syncd /srv/syncd.db-erased -t /var/lib/syncd")
    assert "Put back:" in machine.types(f"{ADMIN}/backup.md", 2)
    machine.looks()
    assert "BC" in machine.runs("syncd explain BC; syncd once --dry-run")
    assert machine.runs("find /srv/mail -type f | sort") == mails
