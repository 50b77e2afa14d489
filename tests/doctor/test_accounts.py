"""What the doctor says of accounts and calendars, on real servers."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from syncd.core.model import Client, Delivery
from syncd.doctor import Check, Verdict
from syncd.doctor.organizer import second_addresses
from syncd.ports import Capabilities
from tests.cli.office import MAIL_PASSWORD, PASSWORD, Office, now
from tests.clock.sitecustomize import machine_clock
from tests.core.people import dana
from tests.doctor.conftest import Ahead, Look
from tests.servers.dav import DavServer
from tests.servers.process import free_port
from tests.servers.proxy import Message, proxied
from tests.servers.quirks import QUIRKS
from tests.servers.radicale import USERS
from tests.servers.scheduling import DOMAIN
from tests.servers.smtp import SmtpServer
from tests.servers.worlds import fresh_folder
from tests.servers.xandikos import scheduling_xandikos

SESSIONS = "therapists[0].calendar"
ROOT = "/caldav.php"


def _under_caldav_php(request: Message) -> Message | None:
    """The server lies below that path, and its root breaks where it is asked for a token."""
    if request.path == f"{ROOT}/" and b"sync-token" in request.body:
        return Message(request.method, request.path, {"Content-Type": "text/plain"}, b"", 500)
    if not request.path.startswith(f"{ROOT}/"):
        return Message(request.method, request.path, {"Content-Type": "text/plain"}, b"", 404)
    request.path, request.headers["X-Script-Name"] = request.path.removeprefix(ROOT), ROOT
    return None


class TestAccounts:
    def test_a_good_set_up_is_well_in_every_respect(self, look: Look) -> None:
        """Each check of accounts, calendars and mail is looked at and none fails."""
        seen = look()
        assert seen.examination.healthy
        assert {one.check for one in seen.examination.findings} >= set(Check) - {Check.CONSENT}
        assert seen.one(Check.CREDENTIALS).verdict is Verdict.OK
        assert seen.one(Check.CONDITIONAL_WRITES).verdict is Verdict.OK

    def test_a_wrong_password_fails_alone(self, office: Office, look: Look) -> None:
        """Credentials fail, their calendars are skipped, mail is still tried, and no secret is shown."""
        office.secret("dav-password", "wrong one")
        seen = look()
        assert seen.failed() == {Check.CREDENTIALS}
        assert "refused" in seen.one(Check.CREDENTIALS, "accounts.home").said
        assert seen.one(Check.CALENDAR).verdict is Verdict.SKIPPED
        assert seen.one(Check.ROUND_TRIP).verdict is Verdict.OK
        assert not any(word in seen.text() for word in ("wrong one", PASSWORD, MAIL_PASSWORD))

    def test_an_unreachable_host_fails_alone(self, office: Office, look: Look) -> None:
        """The connection fails naming host and port; what follows from it is skipped."""
        office.keys["url"] = f"http://127.0.0.1:{free_port()}/"
        seen = look()
        assert seen.failed() == {Check.CONNECTION}
        assert (
            "cannot be reached (Connection refused)" in seen.one(Check.CONNECTION, "accounts.home.url").said
        )
        assert seen.one(Check.CREDENTIALS).verdict is Verdict.SKIPPED
        assert seen.one(Check.ROUND_TRIP).verdict is Verdict.OK

    def test_a_missing_calendar_is_answered_with_those_that_exist(self, office: Office, look: Look) -> None:
        """The names of the account's calendars stand in the finding."""
        office.keys["calendar"] = "Praxis"
        finding = look().one(Check.CALENDAR, SESSIONS)
        assert finding.verdict is Verdict.FAIL
        assert f'"{office.calendar.name}"' in finding.said

    def test_calendars_that_are_only_read_are_found_and_not_written(
        self, office: Office, dav: DavServer, look: Look
    ) -> None:
        """A busy calendar is looked up; nothing is ever put into it."""
        with proxied(dav.url) as proxy:
            busy = dav.make_calendar("family", "Family")
            office.keys |= {"url": f"{proxy.url}/", "therapist": 'busy_calendars = ["Family"]'}
            seen = look(0)
            dav.send("DELETE", busy.path)
        assert seen.one(Check.CALENDAR, "therapists[0].busy_calendars[0]").verdict is Verdict.OK
        assert not [
            path for method, path in proxy.seen if path.startswith(busy.path) and method != "PROPFIND"
        ]

    def test_a_calendar_without_write_access_fails(self, office: Office, dav: DavServer, look: Look) -> None:
        """A calendar that an admin shares for reading only: what to do is said."""
        admin = DavServer(dav.url, "/dana/", "admin", USERS["admin"])
        shared = admin.make_calendar("readonly", "Read only")
        office.keys["calendar"] = "Read only"
        seen = look(0)
        admin.send("DELETE", shared.path)
        assert seen.failed() == {Check.WRITABLE}
        assert "share the calendar with write access" in seen.one(Check.WRITABLE, SESSIONS).said
        assert seen.one(Check.CONDITIONAL_WRITES).verdict is Verdict.SKIPPED

    @pytest.mark.parametrize("address", ["{url}/noor/shared/", "/noor/shared/"])
    def test_a_calendar_outside_the_home_is_found_by_its_address(
        self, office: Office, dav: DavServer, look: Look, address: str
    ) -> None:
        """A colleague's, in which she may write: no list of hers names it."""
        noor = DavServer(dav.url, "/noor/", "noor", USERS["noor"])
        shared = noor.make_calendar("shared", "Shared")
        office.keys["calendar"] = address.format(url=dav.url)
        seen = look(0)
        noor.send("DELETE", shared.path)
        assert seen.failed() == set(), seen.text()
        assert seen.one(Check.CALENDAR, SESSIONS).verdict is Verdict.OK
        assert seen.one(Check.WRITABLE, SESSIONS).verdict is Verdict.OK

    def test_a_root_that_fails_on_a_sync_token_is_not_asked_for_one(
        self, office: Office, dav: DavServer, look: Look
    ) -> None:
        """As DAViCal's, at `/caldav.php/`."""
        with proxied(dav.url, _under_caldav_php) as proxy:
            office.keys["url"] = f"{proxy.url}{ROOT}/"
            seen = look(0)
            assert (("PROPFIND", f"{ROOT}/")) in proxy.seen
        assert seen.failed() == set(), seen.text()
        assert seen.one(Check.CALENDAR, SESSIONS).verdict is Verdict.OK

    def test_a_calendar_is_left_as_it_was(self, office: Office, dav: DavServer, look: Look) -> None:
        """What the probe wrote is gone again."""
        office.calendar.put_text(_EVENT, "stands")
        before = dav.send("GET", office.calendar.path).text
        look(0)
        assert dav.send("GET", office.calendar.path).text == before

    def test_weak_etags_are_found_out_before_anything_is_written(
        self, office: Office, dav: DavServer, look: Look
    ) -> None:
        """What syncd writes there could never be taken back: said with the remedy, and nothing stays."""
        quirk = QUIRKS["weak etags everywhere"]
        with proxied(dav.url, quirk.before, quirk.after) as proxy:
            office.keys["url"] = f"{proxy.url}/"
            seen = look(0)
        assert Check.CONDITIONAL_WRITES in seen.failed()
        assert "weak ETags only" in seen.one(Check.CONDITIONAL_WRITES, SESSIONS).said
        assert "BEGIN:VEVENT" not in dav.send("GET", office.calendar.path).text

    @pytest.mark.parametrize("quirk", sorted(QUIRKS.keys() - {"weak etags everywhere"}))
    def test_odd_servers_are_described_not_refused(
        self, office: Office, dav: DavServer, look: Look, quirk: str
    ) -> None:
        """Whatever a server lacks is a warning at most, and nothing stays in its calendar."""
        with proxied(dav.url, QUIRKS[quirk].before, QUIRKS[quirk].after) as proxy:
            office.keys["url"] = f"{proxy.url}/"
            seen = look(0)
        assert seen.failed() == set(), seen.text()
        assert "BEGIN:VEVENT" not in dav.send("GET", office.calendar.path).text

    def test_a_clock_that_is_off_is_a_warning(self, look: Look) -> None:
        """Five minutes ahead of the server's Date is said, with the remedy."""
        finding = look(0, Ahead()).one(Check.CLOCK)
        assert finding.verdict is Verdict.WARN
        assert "ahead of the server: set its clock" in finding.said


class TestScheduling:
    @pytest.mark.parametrize(
        ("email", "delivery", "scheduling", "organizer"),
        [
            (f"dana@{DOMAIN}", "auto", "invitations go by mail (imip)", Verdict.OK),
            (
                f"dana@{DOMAIN}",
                "server",
                "the server says that it sends invitations; that proves",
                Verdict.OK,
            ),
            (f"dana@{DOMAIN}", "imip", "invitations go by mail (imip)", Verdict.OK),
            ("d@example.net", "auto", "invitations go by mail (imip)", Verdict.SKIPPED),
            ("d@example.net", "server", "the server sends no invitations for this account", Verdict.FAIL),
        ],
    )
    def test_a_server_that_invites_must_know_the_therapist(
        self,
        office: Office,
        look: Look,
        tmp_path: Path,
        email: str,
        delivery: str,
        scheduling: str,
        organizer: Verdict,
    ) -> None:
        """Who invites, and whether by the right address; looking makes the server mail nobody."""
        folder = fresh_folder(tmp_path, "xandikos")
        with SmtpServer(tmp_path / "outside") as post, scheduling_xandikos(folder, post) as server:
            home = server.users["dana"]
            home.make_calendar("sessions", "Sessions")
            office.keys |= {"calendar": "Sessions", "url": f"{home.url}/", "email": email}
            office.keys["account"] = f'delivery = "{delivery}"'
            office.secret("dav-password", home.password)
            seen = look(0)
            assert not post.root.exists() or not any(post.root.iterdir())
        assert seen.one(Check.SCHEDULING).said.startswith(scheduling)
        assert seen.one(Check.ORGANIZER).verdict is organizer


class TestCertificates:
    def test_an_untrusted_certificate_fails_with_the_remedy(
        self, office: Office, dav: DavServer, look: Look
    ) -> None:
        """An authority that this machine does not know: the finding says ca_file."""
        authority = trustme.CA()
        with proxied(dav.url, context=_context(authority)) as proxy:
            office.keys["url"] = f"{proxy.url}/"
            finding = look(0).one(Check.CONNECTION, "accounts.home.url")
        assert finding.verdict is Verdict.FAIL
        assert "not trusted" in finding.said
        assert "ca_file" in finding.said

    def test_http_on_a_port_of_tls_is_named(self, office: Office, dav: DavServer, look: Look) -> None:
        """What is wrong is the address, not host or network."""
        with proxied(dav.url, context=_context(trustme.CA())) as proxy:
            office.keys["url"] = f"{proxy.url.replace('https', 'http')}/"
            finding = look(0).one(Check.CONNECTION, "accounts.home.url")
        assert finding.verdict is Verdict.FAIL
        assert "answers in TLS alone; write https:// in `url`" in finding.said

    def test_a_ca_file_that_holds_no_certificate_is_named(self, office: Office, look: Look) -> None:
        """By its key, before anything is asked of a server; the installed command refuses it too."""
        office.secret("ca.pem", "no certificate")
        office.keys["account"] = 'ca_file = "ca.pem"'
        seen = look(0)
        assert not seen.examination.usable
        assert "accounts.home.ca_file" in seen.one(Check.SETTINGS).subject
        refused = office.run("check")
        assert refused.status == 78
        assert "accounts.home.ca_file" in refused.err

    @pytest.mark.parametrize(("days", "verdict"), [(90, Verdict.OK), (5, Verdict.WARN)])
    def test_the_day_a_certificate_ends_is_said(
        self, office: Office, dav: DavServer, look: Look, tmp_path: Path, days: int, verdict: Verdict
    ) -> None:
        """With its authority in ca_file; less than 14 days are a warning."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        with machine_clock():
            ends = now() + timedelta(days=days)
            with proxied(dav.url, context=_context(authority, ends)) as proxy:
                office.keys |= {
                    "url": f"{proxy.url}/",
                    "account": f'ca_file = "{tmp_path / "ca.pem"}"',
                }
                seen = look(0)
        assert seen.one(Check.CREDENTIALS, "accounts.home").verdict is Verdict.OK
        finding = seen.one(Check.CERTIFICATE, "accounts.home.url")
        assert finding.verdict is verdict
        assert f"{ends.astimezone(UTC):%Y-%m-%d}" in finding.said


_EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A program//EN\r\nBEGIN:VEVENT\r\nUID:stands\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART:20260601T080000Z\r\nDTEND:20260601T090000Z\r\nSUMMARY:AB\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def _context(authority: trustme.CA, ends: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=ends).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("delivery", "warned"), [(Delivery.SERVER, 1), (Delivery.GOOGLE, 1), (Delivery.IMIP, 0)]
)
def test_second_addresses(delivery: Delivery, warned: int) -> None:
    """A second parent hears of it from the first alone where the calendar's server invites: doctor says so."""
    two = Client("c1", email="a@example.net", second_email="b@example.net", therapists=("dana",))
    one = Client("c2", email="c@example.net", therapists=("dana",))
    probed = Capabilities(
        sync_tokens=True,
        ctags=True,
        conditional_writes=True,
        scheduling=True,
        addresses=(),
        delivery=delivery,
    )
    found = list(second_addresses("therapists.dana", dana(), (two, one), probed, None))
    assert [one.verdict for one in found] == [Verdict.WARN] * warned
    assert all("1 client has a second address" in one.said for one in found)
