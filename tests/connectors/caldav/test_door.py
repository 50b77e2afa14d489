"""What goes wrong between here and a CalDAV server: the line that a person reads, and that nothing is lost."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from connectors.caldav.account import CalDavAccount
from connectors.caldav.config import CalDavConfig
from syncd.core.model import EventDraft, EventStatus, Marker
from syncd.core.model.errors import (
    AuthExpired,
    CursorInvalid,
    Forbidden,
    Malformed,
    NotFound,
    Transient,
    Unclear,
)
from syncd.core.time.spans import Span
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.digest import digest_gate
from tests.servers.entries import event_text
from tests.servers.process import free_port
from tests.servers.proxy import Message, Proxy, proxied
from tests.servers.radicale import USERS
from tests.servers.worlds import ZONE, StoppedClock, config

WINDOW = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
SECRETS = ("correct horse", "wrong horse")


@pytest.fixture
def practice(server: DavServer) -> Iterator[DavCalendar]:
    """A calendar with one session in it."""
    calendar = server.make_calendar("door", "Practice")
    calendar.put_text(event_text("s1", "AB", MONDAY), "s1")
    yield calendar
    server.send("DELETE", calendar.path)


@pytest.fixture
def proxy(server: DavServer) -> Iterator[Proxy]:
    """A proxy before the server, without quirks so far."""
    with proxied(server.url) as between:
        yield between


def account(server: DavServer, url: str = "", **changed: object) -> CalDavAccount:
    """The therapist's account, reached directly or through `url`."""
    return CalDavAccount(replace(config(server, url), **changed), StoppedClock())  # type: ignore[arg-type]


def draft(uid: str) -> EventDraft:
    """Something to write."""
    return EventDraft(uid, MONDAY, "Held", "", EventStatus.TENTATIVE, Marker("i", uid))


def message(error: pytest.ExceptionInfo[Exception]) -> str:
    """What a person reads; it never holds a secret."""
    text = str(error.value)
    assert not any(secret in text for secret in SECRETS)
    return text


def answering(status: int, kind: str, body: bytes, **headers: str) -> Proxy:
    """A proxy that answers everything in the server's place."""
    every = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Proxy(before=lambda request: Message(request.method, request.path, dict(every), body, status))


class TestReading:
    def test_a_wrong_password(self, server: DavServer, practice: DavCalendar) -> None:
        """The account is named and what to renew; it is not tried again and again."""
        with pytest.raises(AuthExpired) as error:
            account(server, password="wrong horse").open("Practice").changes("", WINDOW)
        assert "account home" in message(error)
        assert "password is refused" in message(error)

    def test_an_unreachable_host(self, server: DavServer) -> None:
        """Nobody listens there; the same call may work later."""
        with pytest.raises(Transient, match="cannot be reached") as error:
            account(server, f"http://127.0.0.1:{free_port()}").discover()
        assert "account home" in message(error)

    def test_a_host_that_does_not_exist(self, server: DavServer) -> None:
        """A name that nobody knows is said to be unreachable, with the setting to check."""
        with pytest.raises(Transient, match="check `url`"):
            account(server, "https://calendar.invalid").discover()

    def test_a_redirect_to_another_host_gets_no_password(self, server: DavServer, proxy: Proxy) -> None:
        """The other host sees no request at all."""
        with proxied(server.url) as elsewhere:
            answer = answering(302, "text/plain", b"", Location=f"{elsewhere.url}/")
            proxy.before = answer.before
            with pytest.raises(Malformed, match="never gets this account's password"):
                account(server, proxy.url).discover()
            assert elsewhere.seen == []

    def test_a_redirect_on_the_same_host_is_followed(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy
    ) -> None:
        """As from the root to where the calendars are."""

        def moved(request: Message) -> Message | None:
            if request.path != "/":
                return None
            return Message(request.method, "/", {"Location": server.home}, b"", 301)

        proxy.before = moved
        assert [one.name for one in account(server, proxy.url).discover()] == ["Practice"]

    def test_an_href_to_another_host_gets_no_password(self, server: DavServer, proxy: Proxy) -> None:
        """A principal that lies elsewhere is refused."""
        with proxied(server.url) as elsewhere:
            target = f"<href>{elsewhere.url}/dana/</href>".encode()

            def lured(answer: Message) -> None:
                answer.body = answer.body.replace(b"<href>/dana/</href>", target)

            proxy.after = lured
            with pytest.raises(Malformed, match="never gets this account's password"):
                account(server, proxy.url).discover()
            assert elsewhere.seen == []

    @pytest.mark.parametrize("status", [200, 207])
    def test_a_web_page_instead_of_an_answer(self, server: DavServer, proxy: Proxy, status: int) -> None:
        """A login page or a captive portal is not a calendar, and not an empty one."""
        proxy.before = answering(
            status, "text/html; charset=utf-8", b"<html><body>Please log in</body></html>"
        ).before
        with pytest.raises(Malformed, match="correct `url`"):
            account(server, proxy.url).discover()

    def test_a_document_type_is_refused(self, server: DavServer, proxy: Proxy) -> None:
        """Entities are how XML bombs are built."""
        bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><multistatus xmlns="DAV:">&b;</multistatus>'
        proxy.before = answering(207, "application/xml", bomb).before
        with pytest.raises(Malformed, match="document type"):
            account(server, proxy.url).discover()

    def test_an_answer_of_more_than_10_mib_is_not_read(self, server: DavServer, proxy: Proxy) -> None:
        """It is cut off, whatever it claims to be."""
        proxy.before = answering(207, "application/xml", b" " * (11 * 1024 * 1024)).before
        with pytest.raises(Malformed, match="10 MiB"):
            account(server, proxy.url).discover()

    def test_an_answer_that_unfolds_to_100_mb_is_not_unfolded(self, server: DavServer, proxy: Proxy) -> None:
        """Ten MiB of it are, whatever it was packed into."""
        packed = gzip.compress(b" " * 100_000_000)
        proxy.before = answering(207, "application/xml", packed, Content_Encoding="gzip").before
        with pytest.raises(Malformed, match="10 MiB"):
            account(server, proxy.url).discover()

    @pytest.mark.parametrize("inside", [b"<a/>" * 500_000, b"<a " + b"b='c' " * 20_000 + b"/>"])
    def test_an_answer_of_nothing_but_tags_is_not_read(
        self, server: DavServer, proxy: Proxy, inside: bytes
    ) -> None:
        """A tree of them takes thirty times the memory."""
        body = b"<multistatus xmlns='DAV:'>" + inside + b"</multistatus>"
        proxy.before = answering(207, "application/xml", body).before
        with pytest.raises(Malformed, match="tags"):
            account(server, proxy.url).discover()

    def test_a_server_that_is_busy_is_asked_again(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy
    ) -> None:
        """A read survives two 503 with a short Retry-After."""
        left = [2]

        def busy(request: Message) -> Message | None:
            if not left[0]:
                return None
            left[0] -= 1
            return Message(request.method, request.path, {"Retry-After": "0"}, b"", 503)

        proxy.before = busy
        assert [one.name for one in account(server, proxy.url).discover()] == ["Practice"]

    def test_a_server_that_asks_for_an_hour_is_left_alone(self, server: DavServer, proxy: Proxy) -> None:
        """Its Retry-After is handed on, and nothing waits for it here."""
        proxy.before = answering(429, "text/plain", b"", Retry_After="3600").before
        with pytest.raises(Transient) as error:
            account(server, proxy.url).discover()
        assert error.value.retry_after == timedelta(hours=1)
        assert len(proxy.seen) == 1

    def test_a_server_that_never_answers(self, server: DavServer) -> None:
        """The time-out ends it."""
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            with pytest.raises(Transient, match="does not answer"):
                account(server, f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.1).discover()

    def test_a_10_mb_event_stops_no_other(self, server: DavServer, practice: DavCalendar) -> None:
        """It is reported by its UID, whether it can be downloaded or not; the rest is read."""
        practice.put_text(event_text("large", "x" * 2_000_000, MONDAY), "large")
        practice.put_text(event_text("huge", "x" * 10_600_000, MONDAY), "huge")
        changes = account(server).open("Practice").changes("", WINDOW)
        assert [one.uid for one in changes.objects] == ["s1"]
        assert {(one.uid, "MiB" in one.reason) for one in changes.problems} == {
            ("large", True),
            ("huge", True),
        }

    def test_a_failed_listing_is_not_an_empty_calendar(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy
    ) -> None:
        """Objects that the server fails to tell about stay: nothing is gone, nothing is complete."""
        calendar = account(server, proxy.url).open("Practice")
        first = calendar.changes("", WINDOW)

        def failing(answer: Message) -> None:
            if answer.method in {"REPORT", "GET"}:
                answer.status, answer.body = 500, b""

        proxy.after = failing
        with pytest.raises(Transient):
            calendar.changes("", WINDOW)
        practice.edit("s1", lambda text: text.replace("AB", "CD"))
        with pytest.raises(Transient):
            calendar.changes(first.cursor, WINDOW)

    @pytest.mark.parametrize("status", [400, 403, 409, 412, 418])
    def test_however_a_server_refuses_a_token(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy, status: int
    ) -> None:
        """It means: read everything, once."""
        calendar = account(server, proxy.url).open("Practice")
        cursor = calendar.changes("", WINDOW).cursor

        def refusing(request: Message) -> Message | None:
            if b"sync-collection" not in request.body:
                return None
            return Message(request.method, request.path, {"Content-Type": "text/plain"}, b"no", status)

        proxy.before = refusing
        with pytest.raises(CursorInvalid):
            calendar.changes(cursor, WINDOW)


class TestCredentials:
    def test_digest_authentication(self, server: DavServer, practice: DavCalendar, proxy: Proxy) -> None:
        """Reads and writes work, and the password never travels."""
        proxy.before = digest_gate(server.username, server.password)
        calendar = account(server, proxy.url).open("Practice")
        calendar.create(draft("digested"))
        assert {one.uid for one in calendar.changes("", WINDOW).objects} == {"s1", "digested"}

    def test_a_server_that_changes_its_mind_about_authentication(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy
    ) -> None:
        """What a cursor remembers is a guess, not a condition."""
        first = account(server, proxy.url).open("Practice")
        cursor = first.changes("", WINDOW).cursor
        proxy.before = digest_gate(server.username, server.password)
        assert account(server, proxy.url).stale({first.id: cursor}) == frozenset()

    def test_plain_http_across_a_network_is_refused(self) -> None:
        """Before anything is sent, naming the setting that allows it."""
        wanted = CalDavConfig("home", "http://calendar.example.org/", "dana", "correct horse", ZONE)
        with pytest.raises(Forbidden, match="allow_insecure") as error:
            CalDavAccount(wanted, StoppedClock())
        message(error)
        CalDavAccount(replace(wanted, allow_insecure=True), StoppedClock())

    def test_the_password_is_in_no_representation(self) -> None:
        """Not even in the settings' own."""
        assert "correct horse" not in repr(
            CalDavConfig("home", "https://e.org/", "dana", "correct horse", ZONE)
        )

    def test_a_certificate_that_nobody_vouches_for(
        self, server: DavServer, practice: DavCalendar, tmp_path: Path
    ) -> None:
        """TLS to an unknown certificate is refused; with its authority named it works."""
        authority = trustme.CA()
        ca_file = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        with proxied(server.url, context=context) as proxy:
            with pytest.raises(Malformed, match="certificate is not trusted; set `ca_file`"):
                account(server, proxy.url).discover()
            elsewhere = proxy.url.replace("127.0.0.1", "localhost")
            with pytest.raises(Malformed, match="not valid for this host"):
                account(server, elsewhere, ca_file=str(ca_file)).discover()
            assert [one.name for one in account(server, proxy.url, ca_file=str(ca_file)).discover()] == [
                "Practice"
            ]

    def test_certificates_are_trusted_besides_the_machine_s(
        self, server: DavServer, practice: DavCalendar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What an admin installed counts, also where `ca_file` names others; one with none stops its account alone."""
        installed, other = trustme.CA(), trustme.CA()
        installed.cert_pem.write_to_path(str(tmp_path / "installed.pem"))
        other.cert_pem.write_to_path(str(tmp_path / "other.pem"))
        (tmp_path / "none.pem").write_text("none\n")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        installed.issue_cert("127.0.0.1").configure_cert(context)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "installed.pem"))
        with proxied(server.url, context=context) as proxy:
            for ca_file in ("", str(tmp_path / "other.pem")):
                assert account(server, proxy.url, ca_file=ca_file).discover()
            without = account(server, proxy.url, ca_file=str(tmp_path / "none.pem"))
            with pytest.raises(Forbidden, match=r"none\.pem cannot be read"):
                without.discover()


class TestWriting:
    def test_a_read_only_calendar(self, server: DavServer) -> None:
        """The calendar is named and what to do; reading it goes on."""
        admin = replace(server, username="admin", password=USERS["admin"])
        shared = admin.make_calendar("readonly", "Shared")
        calendar = account(server).open("Shared")
        with pytest.raises(Forbidden, match="share the calendar with write access") as error:
            calendar.create(draft("nope"))
        assert "calendar Shared" in message(error)
        assert calendar.changes("", WINDOW).objects == ()
        admin.send("DELETE", shared.path)

    def test_a_write_that_breaks_off_is_unclear_and_sent_once(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy
    ) -> None:
        """The server has it; nobody here claims that it has not, and nothing is repeated."""
        proxy.cut = lambda answer: answer.method == "PUT"
        calendar = account(server, proxy.url).open("Practice")
        with pytest.raises(Unclear):
            calendar.create(draft("broken-off"))
        assert [method for method, _ in proxy.seen].count("PUT") == 1
        found = calendar.read("broken-off", WINDOW)
        assert found is not None
        assert found.etag

    @pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
    def test_a_write_that_the_server_fails_at_is_unclear(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy, status: int
    ) -> None:
        """A gateway may fail after the calendar has succeeded."""

        def failing(answer: Message) -> None:
            if answer.method == "PUT":
                answer.status = status

        proxy.after = failing
        with pytest.raises(Unclear):
            account(server, proxy.url).open("Practice").create(draft(f"failed-{status}"))
        assert practice.text(f"failed-{status}")

    def test_a_write_that_never_left_is_not_unclear(self, server: DavServer, practice: DavCalendar) -> None:
        """Where nobody listens nothing can have happened."""
        with proxied(server.url) as between:
            cursor = account(server, between.url).open("Practice").changes("", WINDOW).cursor
        other = account(server, between.url)
        with pytest.raises(Transient):
            other.stale({"home/Practice": cursor})
        with pytest.raises(Transient):
            other.open("Practice").create(draft("unsent"))

    def test_a_server_without_strong_etags_is_not_written_over(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy
    ) -> None:
        """A weak etag can condition nothing, so nothing is replaced, and nothing new is left behind."""

        def weak(answer: Message) -> None:
            etag = answer.header("ETag")
            if etag:
                answer.drop("ETag")
                answer.headers["ETag"] = f"W/{etag}"

        proxy.after = weak
        calendar = account(server, proxy.url).open("Practice")
        with pytest.raises(Forbidden, match="weak ETags only"):
            calendar.create(draft("weak"))
        assert practice.text("weak") == ""
        practice.put_text(event_text("mine", "Held", MONDAY), "mine")
        with pytest.raises(Forbidden, match="strong ETag"):
            calendar.delete("mine", "")
        assert not account(server, proxy.url).probe("home/Practice").strong_etags


class TestProbing:
    def test_radicale(self, server: DavServer, practice: DavCalendar) -> None:
        """Tokens, tags and conditions hold; it mails nobody; the probe leaves nothing behind."""
        found = account(server).probe("home/Practice")
        assert (found.sync_tokens, found.ctags, found.conditional_writes, found.scheduling) == (
            True,
            True,
            True,
            False,
        )
        assert [one.uid for one in account(server).open("Practice").changes("", WINDOW).objects] == ["s1"]

    def test_a_server_that_ignores_conditions_is_found_out(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy
    ) -> None:
        """By trying, not by its name."""

        def unconditional(request: Message) -> None:
            request.drop("If-None-Match")
            request.drop("If-Match")

        proxy.before = unconditional
        assert not account(server, proxy.url).probe("home/Practice").conditional_writes

    @pytest.mark.parametrize(("own", "schedules"), [("dana@example.org", True), ("other@example.org", False)])
    def test_a_server_schedules_only_for_an_address_that_it_knows(
        self, server: DavServer, practice: DavCalendar, proxy: Proxy, own: str, schedules: bool
    ) -> None:
        """The DAV header alone does not say who sends the invitation."""

        def scheduling(answer: Message) -> None:
            if answer.method == "OPTIONS":
                answer.headers["DAV"] = "1, 2, calendar-access, calendar-auto-schedule"
            own_set = b"<C:calendar-user-address-set><href>"
            answer.body = answer.body.replace(own_set, own_set + b"mailto:Dana@Example.org</href><href>")

        proxy.after = scheduling
        found = account(server, proxy.url, address=own).probe("home/Practice")
        assert (found.scheduling, found.addresses) == (schedules, ("dana@example.org",))

    def test_a_calendar_that_is_not_there(self, server: DavServer, practice: DavCalendar) -> None:
        """The message lists what there is."""
        with pytest.raises(NotFound, match=r'no calendar "Praxis".*"Practice"'):
            account(server).probe("home/Praxis")
