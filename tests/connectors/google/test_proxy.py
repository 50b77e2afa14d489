"""A practice's proxy and its certificates: both of Google's libraries go through the one and trust the other."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from socket import create_server
from urllib.parse import urlsplit

import pytest
import requests
import trustme

from connectors.google.account import GoogleAccount
from connectors.google.config import GoogleConfig
from connectors.google.proxy import Proxy, proxy_for
from syncd.core.model.errors import Forbidden, Transient
from syncd.doctor import Verdict
from syncd.doctor.doors import door_findings
from syncd.standin.google.oauth import Consent
from syncd.wiring import SystemClock
from syncd.wiring.checking import Door, Speech
from tests.connectors.google.samples import THERAPIST, TODAY, hold
from tests.connectors.google.test_auth import Terminal
from tests.servers.google import GoogleServer, Person
from tests.servers.proxy import proxied
from tests.servers.tunnel import Tunnel, tunnelling

GOOGLE = "google.example.org"
WORD = "Basic c3luY2Q6c2VjcmV0"  # syncd:secret


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """Whoever signed the proxy's certificates; `ca.pem` beside the token is its own."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return made


@pytest.fixture
def tunnel(google: GoogleServer, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tunnel]:
    """The one way to `google.example.org`, which no name server knows; named in the environment."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(GOOGLE).configure_cert(context)
    parts = urlsplit(google.api_endpoint)
    with (
        proxied(f"{parts.scheme}://{parts.netloc}", context=context) as server,
        tunnelling(urlsplit(server.url).port or 0) as tunnel,
    ):
        address = urlsplit(tunnel.url)
        monkeypatch.setenv("https_proxy", f"http://syncd:secret@{address.hostname}:{address.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        yield tunnel


@pytest.fixture
def away(google: GoogleServer, dana: Person, tmp_path: Path) -> GoogleConfig:
    """The account, with Google behind the proxy."""
    here = google.config("work", dana.email, tmp_path)
    return replace(
        here,
        api_endpoint=f"https://{GOOGLE}{urlsplit(here.api_endpoint).path}",
        token_uri=f"https://{GOOGLE}{urlsplit(here.token_uri).path}",
        ca_file=str(tmp_path / "ca.pem"),
        read_attempts=1,
    )


def test_tokens_reads_and_writes_go_through_it(tunnel: Tunnel, away: GoogleConfig, dana: Person) -> None:
    """Its certificate is trusted besides the machine's, and it hears its word."""
    calendar = GoogleAccount(away, TODAY).open("Practice")
    written = calendar.create(hold())
    assert dana.event(written.href, "Practice") is not None
    assert set(tunnel.seen) == {(f"{GOOGLE}:443", WORD)}
    assert len(tunnel.seen) >= 3  # token end point, reads, a write


@pytest.mark.usefixtures("tunnel")
def test_a_certificate_that_nobody_trusts_is_none(away: GoogleConfig) -> None:
    """Without `ca_file` nothing is sent."""
    with pytest.raises(Transient):
        GoogleAccount(replace(away, ca_file=""), TODAY).discover()


def test_the_machine_s_own_certificates_are_trusted(
    tunnel: Tunnel, away: GoogleConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that an admin installed for all programs; here as SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", away.ca_file)
    assert GoogleAccount(replace(away, ca_file=""), TODAY).discover()
    assert tunnel.seen


@pytest.mark.usefixtures("tunnel")
def test_certificates_that_are_none_are_named(away: GoogleConfig, tmp_path: Path) -> None:
    """Nothing was sent: no write is in doubt."""
    (tmp_path / "ca.pem").write_text("none\n")
    with pytest.raises(Forbidden, match=r"ca\.pem cannot be read"):
        GoogleAccount(away, TODAY).discover()


def test_a_sign_in_goes_through_it(
    google: GoogleServer,
    tunnel: Tunnel,
    away: GoogleConfig,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The code is changed for a token, and whose it is is asked, the same way."""
    google.oauth.consent = Consent(THERAPIST)
    token = tmp_path / "fresh.json"
    config = replace(
        away,
        token=token,
        client_secrets=google.client_secrets(tmp_path),
        auth_uri=f"https://{GOOGLE}/auth",
        addresses=(THERAPIST,),
    )
    with closing(create_server(("127.0.0.1", 0))) as taken:
        port = int(taken.getsockname()[1])
    terminal = Terminal(config, port, capsys)
    with terminal.running() as address:
        requests.get(address.replace(config.auth_uri, google.auth_uri), timeout=120)
    assert terminal.error is None
    assert token.exists()
    assert tunnel.seen == [(f"{GOOGLE}:443", WORD)] * 2


def test_the_doctor_knocks_through_it(tunnel: Tunnel, away: GoogleConfig) -> None:
    """Certificate and clock are the server's behind it; a word that it refuses is told, and never shown."""
    address = urlsplit(tunnel.url)
    door = Door(
        "accounts.work.type",
        Speech.HTTP,
        GOOGLE,
        443,
        "tls",
        ca_file=away.ca_file,
        proxy=proxy_for(GOOGLE, os.environ),
    )
    now = SystemClock().now()
    found = door_findings(door, now)
    assert f"through the proxy {address.hostname}:{address.port}" in found[0].said
    assert all(one.verdict is Verdict.OK for one in found)
    assert tunnel.seen[-1] == (f"{GOOGLE}:443", WORD)
    tunnel.refuses = 407
    (found_,) = door_findings(door, now)
    assert found_.verdict is Verdict.FAIL
    assert "407" in found_.said
    assert "secret" not in found_.said


@pytest.mark.parametrize(
    ("env", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, Proxy("proxy.example", 3128)),
        ({"https_proxy": "proxy.example:3128"}, Proxy("proxy.example", 3128)),
        ({"https_proxy": "http://proxy.example", "NO_PROXY": "example.org"}, None),
        (
            {"https_proxy": "http://proxy.example", "no_proxy": "localhost, .example.com"},
            Proxy("proxy.example", 80),
        ),
        (
            {"https_proxy": "http://s%40p:a%3Ab@proxy.example:1"},
            Proxy("proxy.example", 1, "Basic c0BwOmE6Yg=="),
        ),
        ({"http_proxy": "http://proxy.example"}, None),
    ],
)
def test_which_proxy_the_environment_names(env: dict[str, str], proxy: Proxy | None) -> None:
    """For https alone, in either case, but for the hosts that are to be reached without."""
    assert proxy_for(GOOGLE, env) == proxy
    assert "c0B" not in repr(proxy)
