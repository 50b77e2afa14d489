"""When a sign-in ends, as the token file says in the moment of asking."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from syncd.settings import GoogleAccount
from syncd.wiring.ends import sign_ins_end

ENDS = datetime(2026, 7, 8, 8, tzinfo=UTC)


def test_a_consent_in_testing_says_when_it_ends_and_a_new_one_counts_at_once(tmp_path: Path) -> None:
    """Nothing known where Google does not end it, where there is no file, or what stands there is none."""
    token = tmp_path / "work.json"
    accounts = (
        GoogleAccount("work", token=token),
        GoogleAccount("robot", service_account=tmp_path / "key.json", subject="dana@example.org"),
    )
    assert sign_ins_end(accounts) == {}
    held = {"refresh_token": "r", "client_id": "c", "client_secret": "s"}
    for stated, expected in (
        ("", {}),
        (ENDS.isoformat(), {"work": ENDS}),
        ("2026-07-08T08:00:00", {}),
        ("soon", {}),
        (None, {}),
    ):
        token.write_text(json.dumps(held | {"refresh_token_expires": stated}))
        assert sign_ins_end(accounts) == expected
    token.write_text("{")
    assert sign_ins_end(accounts) == {}
