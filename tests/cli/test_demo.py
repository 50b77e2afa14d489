"""`syncd demo --google`: the whole story on the stand-in, which fails on any request that no documentation allows."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path

import pytest

SYNCD = Path(sys.executable).with_name("syncd")


@pytest.mark.wider
def test_the_demo_with_google_ends_as_promised(tmp_path: Path) -> None:
    """Every offer is one invitation by Google's mail; what was accepted is confirmed; both calendars are written."""
    done = subprocess.run(
        [str(SYNCD), "demo", "--google", "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (result["as_promised"], result["one_invitation_per_offer"]) == (True, True)
    assert result["offers"]["accepted"] >= 8
    assert 1 <= result["letters"]["dana"] <= 6
    before, after = (
        json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8")) for name in ("before", "after")
    )
    made = [one for one in after if one["id"] not in {other["id"] for other in before}]
    assert (
        sum("attendees" in one and one["status"] == "confirmed" for one in made)
        == result["offers"]["accepted"]
    )
    for box in (tmp_path / "mails").iterdir():
        mails = [message_from_bytes(one.read_bytes(), policy=SMTP) for one in sorted(box.glob("*.eml"))]
        dates = [mail["Date"].datetime for mail in mails]
        assert dates == sorted(dates)
        assert all(_said(mail).strip() for mail in mails)


def _said(mail: Message) -> str:
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    return str(body.get_content()) if isinstance(body, EmailMessage) else ""


def test_nobody_can_try_the_stand_in_by_hand(tmp_path: Path) -> None:
    """It has no screen: --serve says so."""
    done = subprocess.run(
        [str(SYNCD), "demo", "--google", "--serve", "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "--google" in done.stderr
