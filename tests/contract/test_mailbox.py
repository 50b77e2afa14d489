"""The contract of `ports.Mailbox`, held by IMAP against a real server and by a Maildir."""

from __future__ import annotations

import mailbox
import os
import re
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from connectors.mail.imap import ImapConfig, ImapMailbox
from connectors.mail.maildir import SIDECAR, MaildirMailbox
from connectors.mail.replies import Ours, read_replies
from connectors.mail.transport import Endpoint, Security
from syncd.core.model import PartStat, ReplyKind
from syncd.core.model.errors import AuthExpired, ConnectorError, Forbidden, Malformed, NotFound, Transient
from syncd.ports import Incoming, Mailbox
from tests.connectors.mail.test_replies import CORPUS, UID, corpus
from tests.servers.imap import ImapServer, deliver
from tests.servers.tap import Tap, speaking

OURS = Ours(domains=frozenset({"example.org"}))
SINCE = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOON = datetime(2026, 6, 2, 12, tzinfo=UTC)
NOTHING: frozenset[str] = frozenset()
MESSAGE_ID = re.compile(rb"^Message-ID: \S+", re.MULTILINE)
EVERY = sorted(path.stem for path in CORPUS.glob("*.eml"))


class Box(ABC):
    """A mailbox under test, and the other side of it."""

    maildir: Path

    @abstractmethod
    def open(self) -> Mailbox:
        """The connector, as a new process would make it."""

    def post(self, content: bytes, arrived: datetime = NOON) -> str:
        """Deliver a message; its unique name."""
        return deliver(self.maildir, content, arrived)

    @abstractmethod
    def others(self) -> list[tuple[str, bytes]]:
        """What everybody else sees of each message: flags that are not ours, and content."""

    @abstractmethod
    def marked(self) -> int:
        """How many messages carry our mark."""


class ImapBox(Box):
    def __init__(self, server: ImapServer) -> None:
        self.server = server
        self.maildir = server.maildir("office")

    def open(self) -> ImapMailbox:
        return ImapMailbox(ImapConfig(endpoint(self.server.port)), OURS)

    def others(self) -> list[tuple[str, bytes]]:
        box = mailbox.Maildir(self.maildir, create=False)
        messages = [box.get_message(key) for key in box.iterkeys()]
        return sorted((message.get_flags().replace("a", ""), message.as_bytes()) for message in messages)

    def marked(self) -> int:
        return sum("a" in flags for flags in self.server.flags("office"))


class MaildirBox(Box):
    def __init__(self, path: Path) -> None:
        self.maildir = path
        mailbox.Maildir(path, create=True).close()

    def open(self) -> MaildirMailbox:
        return MaildirMailbox(self.maildir, OURS)

    def others(self) -> list[tuple[str, bytes]]:
        files = [path for folder in ("new", "cur") for path in (self.maildir / folder).iterdir()]
        return sorted((f"{path.parent.name}/{path.name}", path.read_bytes()) for path in files)

    def marked(self) -> int:
        return len((self.maildir / SIDECAR).read_text().splitlines())


def endpoint(port: int) -> Endpoint:
    """The test server, with the right password."""
    return Endpoint("127.0.0.1", port, Security.NONE, username="office", password="secret", timeout=120.0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ImapServer]:
    """An IMAP server with one mailbox."""
    with ImapServer(tmp_path / "imap", {"office": "secret"}) as running:
        yield running


@pytest.fixture(params=["imap", "maildir"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Box:
    """Each kind of mailbox."""
    if request.param == "imap":
        return ImapBox(request.getfixturevalue("server"))
    return MaildirBox(tmp_path / "maildir")


def fetched(of: Mailbox, seen: frozenset[str] = NOTHING, since: datetime = SINCE) -> list[Incoming]:
    """What a pass takes in."""
    return list(of.fetch(seen, since))


class TestMailbox:
    """What every way in for mail must do."""

    def test_an_answer_is_found(self, box: Box) -> None:
        """The reply names the offer and the message it came in, and when it arrived."""
        box.post(corpus("google-accept"))
        (incoming,) = fetched(box.open())
        (reply,) = incoming.replies
        assert incoming.message_id == reply.id == "<calendar-0b1c2d@google.com>"
        assert (reply.offer, reply.partstat, reply.received) == (UID, PartStat.ACCEPTED, NOON)

    def test_every_shape_of_answer_is_found_and_nothing_else(self, box: Box) -> None:
        """Headers and structure are enough to tell what concerns us, in the whole corpus."""
        expected = {}
        for name in EVERY:
            content = MESSAGE_ID.sub(f"Message-ID: <{name}@example.net>".encode(), corpus(name), count=1)
            box.post(content)
            expected[f"<{name}@example.net>"] = read_replies(content, OURS, f"<{name}@example.net>", NOON)
        found = {incoming.message_id: incoming.replies for incoming in fetched(box.open())}
        assert found == {message_id: replies for message_id, replies in expected.items() if replies}

    def test_what_comes_back_to_letters_is_found(self, box: Box) -> None:
        """Answers by In-Reply-To, and what the links of a letter had written anew, by its subject."""
        expected = {}
        for path in sorted((CORPUS.parent / "letters").glob("*.eml")):
            box.post(path.read_bytes())
            message_id = f"<{path.stem}@mail.example.net>"
            expected[message_id] = read_replies(path.read_bytes(), OURS, message_id, NOON)
        assert {one.message_id: one.replies for one in fetched(box.open())} == expected

    def test_what_other_programs_wrote_is_found_too(self, box: Box) -> None:
        """A bounce from an address with a comment, a part without type and name, a stamp of the year 1."""
        expected = []
        for path in sorted((Path(__file__).parents[1] / "outside" / "cases").glob("*.eml")):
            content = path.read_bytes()
            box.post(content)
            message_id = f"<r{path.name[:2]}@"
            (reply,) = read_replies(content, OURS, message_id, NOON)
            expected.append((message_id, reply.kind, reply.partstat, reply.proposed))
        replies = [reply for incoming in fetched(box.open()) for reply in incoming.replies]
        found = [(f"{one.id.partition('@')[0]}@", one.kind, one.partstat, one.proposed) for one in replies]
        assert (sorted(found), len(found)) == (sorted(expected), 7)

    def test_what_was_not_recorded_comes_again(self, box: Box) -> None:
        """A crash between reading and recording loses nothing, in this process or the next."""
        box.post(corpus("google-accept"))
        opened = box.open()
        assert fetched(opened) == fetched(opened) == fetched(box.open()) != []

    @pytest.mark.parametrize("attribute", ["position", "message_id"])
    def test_what_is_seen_stays_away(self, box: Box, attribute: str) -> None:
        """By where it lies or by Message-ID, whichever was remembered."""
        box.post(corpus("google-accept"))
        opened = box.open()
        (incoming,) = fetched(opened)
        seen = frozenset({str(getattr(incoming, attribute))})
        assert fetched(opened, seen) == fetched(box.open(), seen) == []

    def test_the_same_message_twice_is_one(self, box: Box) -> None:
        """A duplicate has the same Message-ID, and is ignored beside the first or after it."""
        box.post(corpus("google-accept"))
        box.post(corpus("google-accept"))
        (incoming,) = fetched(box.open())
        assert fetched(box.open(), frozenset({incoming.message_id})) == []

    def test_a_message_without_an_id_gets_a_lasting_one(self, box: Box) -> None:
        """It is recognised again by another process."""
        nameless = corpus("google-accept").replace(b"Message-ID: <calendar-0b1c2d@google.com>\r\n", b"")
        box.post(nameless)
        (incoming,) = fetched(box.open())
        assert incoming.message_id.startswith("sha256:")
        assert fetched(box.open(), frozenset({incoming.message_id})) == []

    def test_what_arrived_before_we_looked_is_none_of_our_business(self, box: Box) -> None:
        """`since` is compared to the second with the time of arrival, not with the Date header."""
        box.post(corpus("google-accept"), arrived=SINCE - timedelta(seconds=1))
        assert fetched(box.open()) == []
        box.post(corpus("plain-reply"), arrived=SINCE)
        assert len(fetched(box.open())) == 1
        assert len(fetched(box.open(), since=SINCE - timedelta(days=3))) == 2

    def test_later_mail_is_found_by_a_mailbox_that_looked_before(self, box: Box) -> None:
        """Each pass sees what arrived since the last."""
        opened = box.open()
        assert fetched(opened) == []
        box.post(corpus("unrelated"))
        box.post(corpus("google-accept"))
        (first,) = fetched(opened)
        box.post(corpus("plain-reply"))
        (second,) = fetched(opened, frozenset({first.message_id}))
        assert second.replies[0].kind is ReplyKind.WORDS

    def test_reading_and_marking_change_nothing_for_others(self, box: Box) -> None:
        """No message is seen, moved or changed; only what was used carries our mark."""
        for name in ("unrelated", "google-accept", "plain-reply", "bounce-qmail"):
            box.post(corpus(name))
        opened = box.open()
        before = box.others()
        found = fetched(opened)
        opened.mark([incoming.position for incoming in found[:2]])
        opened.mark([])
        assert box.marked() == 2
        assert [flags.partition("/")[2] or flags for flags, _ in box.others()] == [
            flags.partition("/")[2] or flags for flags, _ in before
        ]
        assert [content for _, content in box.others()] == [content for _, content in before]

    def test_marking_what_is_gone_is_no_error(self, box: Box) -> None:
        """Somebody tidied up meanwhile."""
        opened = box.open()
        opened.mark(["1/99", "no such message", ""])
        box.post(corpus("google-accept"))
        assert len(fetched(opened)) == 1

    def test_evidence_is_found_and_answers_nothing(self, box: Box) -> None:
        """The copy of a mail of ours is there by its whole Message-ID, and is no reply."""
        sent = f"<{UID}.1.request@example.org>"
        opened = box.open()
        assert not opened.holds(sent)
        copy = corpus("google-accept").replace(b"<calendar-0b1c2d@google.com>", sent.encode())
        box.post(copy, arrived=SINCE - timedelta(days=90))
        box.post(copy)
        box.post(corpus("plain-reply"))
        assert opened.holds(sent)
        assert not opened.holds(sent.replace(".1.", ".11."))
        assert not opened.holds(sent[:-3])
        assert not opened.holds('x" NOT ALL')
        assert [incoming.message_id for incoming in fetched(opened)] == ["<CAF7x2e0001@mail.example.com>"]

    def test_a_huge_reply_is_words_and_a_huge_stranger_nothing(self, box: Box) -> None:
        """10 MB are not read: what answers us is for a person, the rest is passed over."""
        picture = b"\r\n" + b"A" * 76 + b"\r\n"
        box.post(corpus("plain-reply") + picture * 130_000)
        box.post(corpus("unrelated") + picture * 130_000)
        pictured = corpus("attachment-only").replace(b"\r\n--b1--", picture * 130_000 + b"\r\n--b1--")
        box.post(MESSAGE_ID.sub(b"Message-ID: <pictured@example.net>", pictured))
        kinds = [(reply.offer, reply.kind) for incoming in fetched(box.open()) for reply in incoming.replies]
        assert kinds == [(UID, ReplyKind.WORDS)] * 2

    def test_an_empty_mailbox_is_no_error(self, box: Box) -> None:
        """Nothing there, nothing found."""
        assert fetched(box.open()) == []


class TestImap:
    """What only IMAP can get wrong."""

    def test_a_renumbered_mailbox_is_read_again_without_new_answers(self, server: ImapServer) -> None:
        """A changed UIDVALIDITY voids positions; Message-IDs keep what was taken in."""
        box = ImapBox(server)
        box.post(corpus("google-accept"))
        opened = box.open()
        (before,) = fetched(opened)
        server.renumber("office")
        assert fetched(opened, frozenset({before.message_id, before.position})) == []
        (after,) = fetched(box.open())
        assert after.position != before.position
        opened.mark([before.position])
        assert box.marked() == 0

    def test_a_server_that_keeps_no_keywords_is_left_alone(self, tmp_path: Path) -> None:
        """Marking is a courtesy: without keywords it does nothing, and answers are read all the same."""
        with ImapServer(tmp_path / "imap", {"office": "secret"}, keywords=()) as server:
            box = ImapBox(server)
            box.post(corpus("google-accept"))
            opened = box.open()
            (incoming,) = fetched(opened)
            opened.mark([incoming.position])
            assert server.flags("office") == [""]

    def test_other_peoples_mail_is_never_opened(self, server: ImapServer) -> None:
        """Of what does not concern us only headers and structure cross the wire, and no command but peeks."""
        box = ImapBox(server)
        box.post(corpus("unrelated").replace(b"Hello", b"a private matter"))
        box.post(corpus("someone-elses-answer"))
        head = "From: eve@example.net\r\nMessage-ID: <x@example.net>\r\nMIME-Version: 1.0\r\n"
        file = 'Content-Type: application/octet-stream; name="letter.pdf"\r\n\r\na private matter'
        box.post(f"{head}{file}".encode())
        with Tap(server.port) as tap:
            assert fetched(ImapMailbox(ImapConfig(endpoint(tap.port)), OURS)) == []
            assert b"a private matter" not in tap.heard
            assert b"BODY[" not in tap.said.upper()
            assert b"EXAMINE" in tap.said.upper()

    def test_a_second_look_asks_for_what_is_new_only(self, server: ImapServer) -> None:
        """What was looked at is not fetched again."""
        box = ImapBox(server)
        box.post(corpus("unrelated"))
        with Tap(server.port) as tap:
            opened = ImapMailbox(ImapConfig(endpoint(tap.port)), OURS)
            fetched(opened)
            begun = len(tap.said)
            fetched(opened)
            assert b"FETCH" not in tap.said[begun:].upper()

    @pytest.mark.parametrize("password", ["wrong", "wröng"])
    def test_a_wrong_password_pauses_the_account(self, server: ImapServer, password: str) -> None:
        """A refused login is AuthExpired; neither error nor configuration shows the secret."""
        config = ImapConfig(replace(endpoint(server.port), password=password))
        with pytest.raises(AuthExpired) as caught:
            ImapMailbox(config, OURS).check()
        assert password not in str(caught.value) + repr(config)

    def test_a_missing_folder_is_named(self, server: ImapServer) -> None:
        """The line says which mailbox does not exist."""
        with pytest.raises(NotFound, match="no mailbox Practice"):
            ImapMailbox(ImapConfig(endpoint(server.port), mailbox="Practice"), OURS).check()

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (b"<html>It works</html>\r\n", ConnectorError),
            (b"* BYE too many connections\r\n", Transient),
            (b"", Transient),
            (b"* OK ready\r\n* OK still ready\r\n", Transient),
        ],
    )
    def test_what_is_not_an_imap_server_changes_nothing(
        self, answer: bytes, error: type[ConnectorError]
    ) -> None:
        """HTML, a refusal and silence are errors of this pass, not the end of the daemon."""
        with speaking(answer) as port, pytest.raises(error) as caught:
            fetched(ImapMailbox(ImapConfig(replace(endpoint(port), timeout=0.5)), OURS))
        assert isinstance(caught.value, Transient | Malformed)

    def test_a_broken_connection_loses_nothing(self, server: ImapServer) -> None:
        """Cut anywhere, the next pass finds everything."""
        box = ImapBox(server)
        for name in ("google-accept", "plain-reply", "bounce-qmail"):
            box.post(corpus(name))
        with Tap(server.port) as tap:
            opened = ImapMailbox(ImapConfig(replace(endpoint(tap.port), timeout=120.0)), OURS)
            whole = len(fetched(box.open()))
            for limit in range(200, 9000, 800):
                tap.cut_after = limit
                try:
                    found = len(fetched(opened))
                except Transient:
                    continue
                assert found == whole
            tap.cut_after = None
            assert len(fetched(opened)) == whole

    def test_starttls_verifies_the_certificate(self, tmp_path: Path) -> None:
        """A trusted certificate opens the mailbox, another one does not."""
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1")
        certificate, key, ca_file = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        authority.cert_pem.write_to_path(ca_file)
        with ImapServer(tmp_path / "imap", {"office": "secret"}, certificate=certificate, key=key) as server:
            secure = replace(endpoint(server.port), security=Security.STARTTLS)
            ImapMailbox(ImapConfig(replace(secure, ca_file=str(ca_file))), OURS).check()
            with pytest.raises(Transient, match="certificate is not trusted"):
                ImapMailbox(ImapConfig(secure), OURS).check()

    def test_tls_verifies_the_certificate(self, server: ImapServer, tmp_path: Path) -> None:
        """The same from the first byte on."""
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        ca_file = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(ca_file)
        with Tap(server.port, context) as tap:
            secure = replace(endpoint(tap.port), security=Security.TLS)
            ImapMailbox(ImapConfig(replace(secure, ca_file=str(ca_file))), OURS).check()
            with pytest.raises(Transient, match="certificate is not trusted"):
                ImapMailbox(ImapConfig(secure), OURS).check()

    def test_no_starttls_no_password(self, server: ImapServer) -> None:
        """A server without STARTTLS does not get the password in the clear."""
        with Tap(server.port) as tap:
            config = ImapConfig(replace(endpoint(tap.port), security=Security.STARTTLS))
            with pytest.raises(ConnectorError):
                ImapMailbox(config, OURS).check()
            assert b"secret" not in tap.said

    def test_plain_text_to_another_machine_is_refused_at_once(self) -> None:
        """Only loopback goes without encryption, unless the admin insists."""
        away = Endpoint("mail.example.org", 143, Security.NONE)
        with pytest.raises(Forbidden, match="allow_insecure"):
            ImapMailbox(ImapConfig(away), OURS)
        ImapMailbox(ImapConfig(replace(away, allow_insecure=True)), OURS)


class TestMaildir:
    """What only a directory can get wrong."""

    def test_a_message_that_a_mail_program_moves_stays_the_same(self, tmp_path: Path) -> None:
        """Reading it elsewhere renames the file; its position and our mark hold."""
        box = MaildirBox(tmp_path / "maildir")
        name = box.post(corpus("google-accept"))
        opened = box.open()
        (before,) = fetched(opened)
        (box.maildir / "new" / name).rename(box.maildir / "cur" / f"{name}:2,RS")
        opened.mark([before.position])
        (after,) = fetched(box.open())
        assert after == before
        assert box.marked() == 1

    def test_a_directory_that_is_no_maildir_is_named(self, tmp_path: Path) -> None:
        """The line says where the mail was looked for."""
        with pytest.raises(NotFound, match="not a Maildir"):
            fetched(MaildirMailbox(tmp_path / "nowhere", OURS))

    def test_marks_leave_with_their_messages(self, tmp_path: Path) -> None:
        """The list beside the mail does not grow for ever."""
        box = MaildirBox(tmp_path / "maildir")
        name = box.post(corpus("google-accept"))
        opened = box.open()
        opened.mark([name])
        (box.maildir / "new" / name).unlink()
        opened.mark([box.post(corpus("plain-reply"))])
        assert box.marked() == 1

    def test_links_out_of_the_maildir_are_not_followed(self, tmp_path: Path) -> None:
        """A link to a file elsewhere is not mail."""
        box = MaildirBox(tmp_path / "maildir")
        secret = tmp_path / "secret"
        secret.write_bytes(corpus("google-accept"))
        os.utime(secret, (NOON.timestamp(), NOON.timestamp()))
        (box.maildir / "new" / "link").symlink_to(secret)
        assert fetched(box.open()) == []
