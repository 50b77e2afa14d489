"""What a diary may say, and the errors for what nobody understands."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.core.people import BERLIN
from tests.diary import phrases  # noqa: F401  makes their sentences known
from tests.diary.calendar_words import DiaryError
from tests.diary.reading import parse
from tests.diary.registry import known
from tests.diary.test_diaries import DIARIES

TEXT = """\
A title
On memory, google: a reason

People
  Ada, AB, Mondays 10:00 and Thursdays 11:30 every two weeks, crisis, windows = mon 09:00-12:00
Policy
  max_offers = 1

Mon 15 June 11:00   Dana blocks 6-10 July
                    Ada accepts
                    > Ada is held
Tue 16 June 9:00    time goes by

In the end
  Ada has got: invitation, closing
  Ada stands as held
"""


def test_a_diary_is_read() -> None:
    """All its parts."""
    diary = parse("one", TEXT)
    assert (diary.title, diary.worlds, dict(diary.policy)) == (
        "A title",
        ("memory", "google"),
        {"max_offers": "1"},
    )
    (ada,) = diary.people
    assert [(one.weekday, one.hour, one.minute, one.weeks) for one in ada.series] == [
        (0, 10, 0, 1),
        (3, 11, 30, 2),
    ]
    assert dict(ada.columns) == {"priority": "crisis", "windows": "mon 09:00-12:00"}
    first, second = diary.entries
    assert first.at == datetime(2026, 6, 15, 11, tzinfo=BERLIN)
    assert [line.text for line in first.happens] == ["Dana blocks 6-10 July", "Ada accepts"]
    assert [(line.number, line.text) for line in first.expected] == [(11, "Ada is held")]
    assert second.at == datetime(2026, 6, 16, 9, tzinfo=BERLIN)
    assert (dict(diary.got), [line.text for line in diary.end]) == (
        {"Ada": ("invitation", "closing")},
        ["Ada stands as held"],
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "Mon 15 June", "Tue 15 June", "one.diary:9: 15 June 2026 is a Mon", id="another weekday"
        ),
        pytest.param(
            "Tue 16 June", "Sun 14 June", "one.diary:12: Sun 14 June 9:00 lies before", id="backwards"
        ),
        pytest.param("crisis", "clever", "one.diary:5: nobody knows what `clever`", id="a strange column"),
        pytest.param("google: a", "mars: a", "one.diary:2: `On` needs worlds", id="a strange world"),
        pytest.param("In the end", "At last", "one.diary:14: neither a moment", id="a strange section"),
    ],
)
def test_mistakes_name_file_and_line(old: str, new: str, said: str) -> None:
    """So that they are found."""
    with pytest.raises(DiaryError, match=said.replace("(", r"\(")):
        parse("one", TEXT.replace(old, new, 1))


@pytest.mark.parametrize("diary", DIARIES, ids=lambda one: one.name)
def test_every_sentence_is_known(diary: object) -> None:
    """Before any world is opened."""
    (found,) = (one for one in DIARIES if one is diary)
    lines = [line for entry in found.entries for line in (*entry.happens, *entry.expected)]
    unknown = [
        f"{line.number}: {line.text}" for line in (*lines, *found.before, *found.end) if not known(line.text)
    ]
    assert not unknown
