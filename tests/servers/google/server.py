"""The stand-in with what tests need besides: settings of accounts whose owners have consented."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from connectors.google.config import GoogleConfig
from connectors.google.scopes import LEAST_SCOPES
from connectors.google.tokens import write_token
from syncd.standin.google import StandIn
from tests.servers.google.keys import service_key


class GoogleServer(StandIn):
    """Google Calendar and its OAuth server, from `with` to its end. `violations` must be empty afterwards."""

    def config(
        self, account: str, email: str, folder: Path, scopes: Iterable[str] = LEAST_SCOPES
    ) -> GoogleConfig:
        """Settings of an account whose owner has consented already; the token file is in `folder`."""
        token = folder / f"{account}.json"
        write_token(token, self.consented(email, scopes))
        return replace(self._addresses(account, token), scopes=tuple(scopes))

    def service_config(self, account: str, folder: Path, subject: str = "") -> GoogleConfig:
        """Settings of a service account whose key is in `folder`."""
        email = f"{account}@project.example.org"
        key = service_key(email, self.token_uri)
        self.oauth.service_keys[email] = key.public
        path = folder / f"{account}-key.json"
        path.write_text(json.dumps(key.info))
        self.person(email)
        return replace(self._addresses(account, path), token=None, service_account=path, subject=subject)

    def client_secrets(self, folder: Path) -> Path:
        """The file that the Google console offers for a desktop app."""
        path = folder / "client_secret.json"
        client = {
            "client_id": self.oauth.client_id,
            "client_secret": self.oauth.client_secret,
            "auth_uri": "https://accounts.example.org/auth",
            "token_uri": "https://accounts.example.org/token",
            "redirect_uris": ["http://localhost"],
        }
        path.write_text(json.dumps({"installed": client}))
        return path

    def _addresses(self, account: str, token: Path) -> GoogleConfig:
        return GoogleConfig(
            account=account,
            token=token,
            api_endpoint=self.api_endpoint,
            token_uri=self.token_uri,
            auth_uri=self.auth_uri,
        )
