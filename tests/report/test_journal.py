"""The line that the journal gets for a look."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from syncd.core.model import Reply, ReplyKind
from syncd.core.offers.answers.understood import UnderstoodReply
from syncd.cycle import PassReport
from syncd.monitoring import journal
from syncd.ports import Memory
from tests.report import practice
from tests.report.passes import pass_report

LEFT_ALONE = Reply("<one@example.net>", "whose", ReplyKind.AUTO, practice.NOW, "ada@example.net")
TAKEN = replace(LEFT_ALONE, id="<two@example.net>")


def looked(*taken: Reply) -> PassReport:
    """A pass that met both, and took in these."""
    found = pass_report()
    state = found.decision.pass_state
    met = replace(state.snapshot, replies=(LEFT_ALONE, TAKEN))
    taken_in = tuple(UnderstoodReply(one, one.offer) for one in taken)
    return replace(
        found, decision=replace(found.decision, pass_state=replace(state, snapshot=met, taken=taken_in))
    )


@pytest.mark.parametrize(
    ("taken", "said"), [((), []), ((TAKEN,), ["look: 1 answer; 0 waiting; about no offer"])]
)
def test_a_mail_that_is_left_alone_is_no_news_at_each_look(
    caplog: pytest.LogCaptureFixture, taken: tuple[Reply, ...], said: list[str]
) -> None:
    """It lies in the mailbox for weeks, and each look meets it; counted is what was dealt with."""
    with caplog.at_level(logging.INFO, "syncd"):
        journal.looked((looked(*taken),), Memory("one"))
    assert caplog.messages == said


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The journal of a service, for one test."""
    names = (*journal.OTHERS, journal.AT_ONCE, "syncd.effecting", "")
    levels = {name: logging.getLogger(name).level for name in names}
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    journal.begin({}, verbose=False)
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("begun")
def test_a_look_that_another_makes_needless_is_no_warning() -> None:
    """A scheduler warns of each that would be a third at once; what fails in one is an error, and said."""
    assert not logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.WARNING)
    assert logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.ERROR)
    assert logging.getLogger("apscheduler.executors.default").isEnabledFor(logging.WARNING)
