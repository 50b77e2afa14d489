"""A therapist's own sentence in a mail to a client: what it may cost whoever reads it, and what it moves down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from syncd.core.model.messages.mails import CARRIES_OWN_WORDS, Before, MailFacts, MailKind
from syncd.core.reading.titles.sayings import MOST_WORDS
from syncd.wording import Templates
from tests.belief.mail import LONGEST, length
from tests.wording.reading import opened, part, worded
from tests.wording.samples import LANGUAGES, at, mail_facts, tell
from tests.wording.test_golden import OUTLOOKS, OWN_KINDS

FEES = "80 €, except where I cancel"
SENTENCE = " ".join(["word"] * MOST_WORDS)
SHORT = " ".join(["word"] * 12)


def _full(facts: MailFacts) -> Iterator[MailFacts]:
    """With everything known that it may say."""
    known = replace(facts, house=replace(facts.house, fee_note=FEES), own_words=SENTENCE, may_call=True)
    outlooks = OUTLOOKS.get(facts.kind, (facts.outlook,))
    yield from (replace(known, outlook=outlook) for outlook in outlooks)
    if facts.kind is not MailKind.SUGGESTIONS:  # beside an own sentence these are told by themselves
        yield replace(known, others=(at(13, 10),))
    if facts.kind is MailKind.AWAY:
        yield replace(known, together=(at(7, 18),), next_session=at(14, 18))
    if facts.kind is MailKind.INVITATION:
        yield from (replace(known, before=before) for before in Before)
        yield from (replace(known, **own) for own in OWN_KINDS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_one_leaves_that_no_answer_is_fine_too(language: str, templates: Templates) -> None:
    """What takes the pressure off goes only where there is no room for it."""
    free = {"en": "so is none", "de": "auch keine", "fr": "ne pas répondre", "es": "también ninguna"}[
        language
    ]
    for kind in (MailKind.INVITATION, MailKind.SUGGESTIONS):
        for words, says in (("", True), (SHORT, True), (SENTENCE, False)):
            for facts in _full(mail_facts(kind, language)):
                text = part(opened(worded(tell(replace(facts, own_words=words)), templates)), "text/plain")
                assert (free in text) is says, text
                assert length(text) <= LONGEST or not words, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(CARRIES_OWN_WORDS))
def test_a_mail_stays_short_beside_it(kind: MailKind, language: str, templates: Templates) -> None:
    """The longest sentence that is carried leaves every mail as short as it has to be, whatever else is known."""
    texts = [
        part(opened(worded(tell(one), templates)), "text/plain") for one in _full(mail_facts(kind, language))
    ]
    long = {length(text): text for text in texts}
    assert max(long) <= LONGEST, long[max(long)]
    assert all(text.count(SENTENCE) == 1 or "own" not in text for text in texts)
