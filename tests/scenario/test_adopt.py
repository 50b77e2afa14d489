"""The store is lost in the middle of a life: nothing is done until `syncd adopt`, and then nobody is told twice."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from sqlite3 import connect

import pytest

from syncd.adopting import adopt
from syncd.core.model import OfferState
from syncd.core.model.errors import SyncdError
from syncd.core.model.practice import OriginalsMode
from syncd.store import open_store
from tests.diary.worlds.texts import spanned
from tests.look.opened import read
from tests.scenario import ics
from tests.scenario.house import LEASE, House
from tests.scenario.test_by_hand import INVITED_BY, MONDAY, invited, original, quiet


def forget(house: House, path: Path) -> None:
    """The store is deleted; a new one begins."""
    house.store = open_store(f"sqlite:///{path}/fresh.db")
    house.fence = house.store.acquire("test", house.clock.now(), LEASE)
    house.tokens = (f"fresh{number:021d}" for number in range(1, 1000))


def test_a_lost_store_stops_until_the_entries_are_taken_over(house: House, tmp_path: Path) -> None:
    """Ada accepted, Ben was invited, Cleo is held; a new store knows none of it."""
    invited(house)
    house.answer("c1", "ACCEPTED")
    house.run()
    uids = {client: house.offers(client)[-1].uid for client in ("c1", "c2", "c3")}
    before, mails = house.texts(), len(house.post.delivered)
    forget(house, tmp_path)
    (*_, report) = house.run()
    house.later(days=1)
    assert report.halted is not None
    assert "syncd adopt" in report.halted.why
    assert house.texts() == before
    assert len(house.post.delivered) == mails
    listed = adopt(house.world(), None)
    assert len(listed) == 4
    assert house.offers() == []
    adopt(house.world(), house.fence)
    house.run()
    assert {one.uid: one.state for one in house.offers() if one.uid in uids.values()} == {
        uids["c1"]: OfferState.ACCEPTED,
        uids["c2"]: OfferState.INVITED,
        uids["c3"]: OfferState.HELD,
    }
    assert house.entry(uids["c1"]).status == "CONFIRMED"
    assert house.kinds("c1") == ["REQUEST"]
    assert house.kinds("c2") == ["REQUEST"]
    assert adopt(house.world(), None) == ("Nothing to take over: the store knows every entry ahead.",)
    house.remove(uids["c1"])
    house.remove("leave")
    house.stays_away()
    assert original(house) == ""
    assert house.kinds("c1") == ["REQUEST", "CANCEL"]
    assert house.kinds("c2") == ["REQUEST", "CANCEL"]
    quiet(house)


def test_a_time_that_a_person_may_have_promised_stays(house: House, tmp_path: Path) -> None:
    """Before any mail left: holds of Ada and Ben go and come anew; Cleo has a phone, and a letter asked to call her."""
    house.block(MONDAY)
    house.run()
    uids = {client: house.offers(client)[-1].uid for client in ("c1", "c2", "c3")}
    forget(house, tmp_path)
    house.run()
    adopt(house.world(), house.fence)
    house.run()
    standing = {one.uid for one in house.entries() if one.status == "TENTATIVE"}
    assert {client for client, uid in uids.items() if uid in standing} == {"c3"}
    assert [one.uid for one in house.offers("c3")] == [uids["c3"]]


def test_what_takes_back_after_a_lost_store_is_newer_than_whatever_was_sent(
    house: House, tmp_path: Path
) -> None:
    """I17: calendars of clients ignore a CANCEL below the last REQUEST, and of how many there were nobody knows."""
    invited(house)
    for _ in range(2):
        to = house.offers("c2")[-1].span.start + timedelta(hours=1)
        house.edit(house.offers("c2")[-1].uid, partial(spanned, start=to, end=to + timedelta(minutes=50)))
        house.later(hours=1)
    forget(house, tmp_path)
    house.run()
    adopt(house.world(), house.fence)
    house.remove("leave")
    house.stays_away()
    assert house.kinds("c2") == ["REQUEST", "REQUEST", "CANCEL"]
    sequences = [int(ics.value(ics.part(one), "SEQUENCE")) for one in house.mails("c2")]
    assert sequences == sorted(set(sequences))


def test_an_entry_whose_title_was_changed_stays_for_the_therapist(house: House, tmp_path: Path) -> None:
    """Nobody can tell whose it is: it is neither removed nor spoken of."""
    invited(house)
    uid = house.offers("c1")[-1].uid
    house.edit(uid, lambda text: text.replace("SUMMARY:AB", "SUMMARY:??"))
    forget(house, tmp_path)
    house.run()
    adopt(house.world(), house.fence)
    house.later(days=1)
    assert house.entry(uid).title.startswith("??")
    assert house.kinds("c1") == ["REQUEST"]
    quiet(house)


def test_a_restored_store_tells_nobody_twice(house: House, tmp_path: Path) -> None:
    """Yesterday's store knows a hold that was moved since: the one that is there counts, the other is over."""
    house.block(MONDAY)
    house.run()
    backup = tmp_path / "backup.db"
    with closing(connect(tmp_path / "syncd.db")) as source, closing(connect(backup)) as target:
        source.backup(target)
    uid = house.offers("c1")[-1].uid
    house.at(INVITED_BY)
    house.answer("c1", "DECLINED")
    house.run()
    second = house.offers("c1")[-1].uid
    assert second != uid
    house.store = open_store(f"sqlite:///{backup}")
    house.fence = house.store.acquire("test", house.clock.now() + timedelta(days=4000), LEASE)
    mails = len(house.mails("c1"))
    house.run()
    adopt(house.world(), house.fence)
    house.run()
    states = {one.uid: one.state for one in house.offers("c1")}
    assert states[second] is OfferState.INVITED
    assert states[uid] is OfferState.WITHDRAWN
    assert len(house.mails("c1")) == mails
    quiet(house)


def test_leave_entered_since_a_restored_store_was_written_waits_and_says_why(
    house: House, tmp_path: Path
) -> None:
    """syncd had seen it there: it did not stand there before the first look."""
    house.block(MONDAY)
    house.run()
    backup = tmp_path / "backup.db"
    with closing(connect(tmp_path / "syncd.db")) as source, closing(connect(backup)) as target:
        source.backup(target)
    house.block(MONDAY + timedelta(days=21), uid="second")
    house.run()
    house.store = open_store(f"sqlite:///{backup}")
    house.fence = house.store.acquire("test", house.clock.now() + timedelta(days=4000), LEASE)
    before = len(house.letters())
    house.run()
    adopt(house.world(), house.fence)
    house.later(hours=1)
    told = [" ".join(read(one).split()) for one in house.letters()[before:]]
    why = "the leave was entered, or changed, before syncd's store was whole again"
    assert any(why in one for one in told), told
    assert not any("before syncd first looked" in one for one in told)


def messages(house: House) -> list[tuple[str, str]]:
    """What clients have got: address and subject."""
    clients = {house.client(one).email for one in ("c1", "c2")}
    return [(one.recipient, one.message_id) for one in house.post.delivered if one.recipient in clients]


def test_with_an_evidence_mailbox_a_lost_store_tells_nobody_twice(house: House, tmp_path: Path) -> None:
    """Copies of all mails lie in the mailbox: neither at once nor after her yes is anybody told again."""
    house.post.evidence = True
    invited(house)
    house.answer("c1", "ACCEPTED")
    house.run()
    house.later(days=4)  # Ben is reminded
    before = messages(house)
    forget(house, tmp_path)
    house.run()
    adopt(house.world(), house.fence)
    for _ in range(3):
        house.later(days=1)
    assert messages(house) == before
    house.edit("leave", lambda text: text.replace("Vacation", "Vacation #ok"))
    for _ in range(3):
        house.later(days=1)
    again = [one for one in messages(house) if one not in before]
    assert [one for one, _ in again if one == house.client("c1").email] == []
    assert len(set(messages(house))) == len(messages(house))
    quiet(house)


def test_what_was_said_in_words_is_not_said_again(house: House, tmp_path: Path) -> None:
    """Nobody is offered anything: each has a notice, of which only the copy in the mailbox tells a new store."""
    house.post.evidence = True
    keeps = replace(house.therapist.policy, originals=OriginalsMode.KEEP)
    house.therapist = replace(house.therapist, policy=keeps)
    house.block(MONDAY, title="Vacation #none")
    house.run()
    house.at(INVITED_BY + timedelta(days=2))
    before = messages(house)
    assert len(before) == 2
    forget(house, tmp_path)
    house.run()
    adopt(house.world(), house.fence)
    house.later(days=1)
    assert messages(house) == before
    house.edit("leave", lambda text: text.replace("#none", "#none #ok"))
    for _ in range(3):
        house.later(days=1)
    assert messages(house) == before
    house.remove("leave")
    house.stays_away()
    assert len(messages(house)) == 4  # each hears that it takes place after all
    house.block(MONDAY, title="Vacation #none #ok")
    house.later(days=2)
    house.later(minutes=15)  # what comes back at the hour of known leave may be a slip
    assert len(messages(house)) == 6  # and that it does not
    quiet(house)


def test_an_entry_of_a_newer_syncd_stops_all_until_that_is_here(house: House) -> None:
    """An older version was installed again: it does not know what the entry means, and `adopt` does not pretend to."""
    invited(house)
    uid = house.offers("c1")[-1].uid
    house.edit(uid, lambda text: text.replace("X-SYNCD-VERSION:1", "X-SYNCD-VERSION:2"))
    before = sorted(house.texts())
    house.remove("leave")
    (*_, report) = house.later(minutes=20)
    assert report.halted is not None
    with pytest.raises(SyncdError, match="newer syncd"):
        adopt(house.world(), house.fence)
    house.later(days=1)
    assert sorted(house.texts()) == [one for one in before if "UID:leave" not in one]
    assert [house.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]
    house.edit(uid, lambda text: text.replace("X-SYNCD-VERSION:2", "X-SYNCD-VERSION:1"))
    house.later(minutes=20)
    house.later(days=1)
    assert house.kinds("c1") == ["REQUEST", "CANCEL"]
