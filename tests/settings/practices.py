"""Settings written into a folder, and what loading them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from syncd.core.model.errors import ConfigError, ConfigProblem
from syncd.settings import Settings, load_settings

TODAY = date(2026, 6, 1)
PRACTICE = """
[practice]
name = "Maple Street Therapy"
timezone = "Europe/Berlin"
email = "office@example.org"
"""
DANA = """
[[therapists]]
id = "dana"
name = "Dana Okafor"
email = "dana@example.org"
account = "home"
calendar = "Practice"
hours = { mon = ["09:00-13:00", "14:00-18:00"], tue = ["09:00-17:00"] }
"""
LEE = """
[[therapists]]
id = "lee"
name = "Lee Park"
email = "lee@example.org"
account = "home"
calendar = "Lee"
hours = { wed = ["09:00-17:00"] }
"""
HOME = """
[accounts.home]
type = "caldav"
url = "https://dav.example.org/"
username = "dana"
password = { env = "DAV_PASSWORD" }
"""
CLIENTS = """
[clients]
file = "clients.csv"
"""
ROSTER = "id,name,email,phone\nc1,Ada Brandt,ada@example.org,030 1\nc2,Ben Castillo,,030 2\n"
ENV = {"DAV_PASSWORD": "correct horse"}
MAIL = """
[mail]
from = "office@example.org"
smtp = { host = "smtp.example.org" }
maildir = "in"
evidence = "s@example.org"
authserv_id = "mx.example.org"
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with settings and a roster."""

    path: Path

    def load(self, toml: str, roster: str | bytes = ROSTER, env: Mapping[str, str] = ENV) -> Settings:
        """Write both files and load them."""
        content = roster.encode() if isinstance(roster, str) else roster
        (self.path / "clients.csv").write_bytes(content)
        (self.path / "syncd.toml").write_text(toml, encoding="utf-8")
        return load_settings(self.path / "syncd.toml", env, TODAY)

    def mistakes(
        self, toml: str, roster: str | bytes = ROSTER, env: Mapping[str, str] = ENV
    ) -> tuple[ConfigProblem, ...]:
        """The problems that loading them raises."""
        with pytest.raises(ConfigError) as caught:
            self.load(toml, roster, env)
        return caught.value.problems

    def mistake(self, toml: str, roster: str | bytes = ROSTER) -> ConfigProblem:
        """The one problem that loading them raises."""
        (problem,) = self.mistakes(toml, roster)
        return problem


def settings(
    practice: str = PRACTICE, therapists: str = DANA, accounts: str = HOME, more: str = "", policy: str = ""
) -> str:
    """A settings file in parts."""
    return practice + policy + therapists + accounts + CLIENTS + more
