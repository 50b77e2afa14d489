"""The OAuth server: consent with PKCE, refresh with rotation, revocation, service accounts."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from google.auth import jwt

from syncd.standin.google.answers import ApiError, Json

_LASTS = 3599
_WEEK = 7 * 24 * 3600 - 1


class OAuthError(Exception):
    """A refusal of the token end point, in the form of RFC 6749 §5.2."""

    def __init__(self, code: str, description: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.status = status
        self.body: Json = {"error": code, "error_description": description or code}


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom an access token stands for."""

    user: str
    scopes: frozenset[str]
    until: float
    may_invite: bool = True


@dataclass(slots=True)
class Consent:
    """How the person at the browser behaves: who they are, and which boxes they leave unticked."""

    user: str
    unticked: frozenset[str] = frozenset()
    denies: bool = False


@dataclass(slots=True)
class OAuth:
    """Clients, refresh tokens and access tokens."""

    client_id: str = "stand-in.apps.example.org"
    client_secret: str = field(default_factory=lambda: token_urlsafe(12))
    consent: Consent | None = None
    rotates: bool = False
    testing: bool = False  # the consent screen is in "Testing": refresh tokens last seven days
    down: bool = False
    codes: dict[str, Json] = field(default_factory=dict)
    refresh_tokens: dict[str, Json] = field(default_factory=dict)
    access_tokens: dict[str, Bearer] = field(default_factory=dict)
    service_keys: dict[str, str] = field(default_factory=dict)  # client_email -> public key, PEM
    delegated: frozenset[str] = frozenset()  # scopes that the Workspace's admin granted
    people: Callable[[], Collection[str]] = tuple  # the addresses that have an account

    def grant(self, user: str, scopes: Any) -> str:  # noqa: ANN401 - any collection of names
        """A refresh token as a consent would have given it."""
        token = f"1//{token_urlsafe(24)}"
        self.refresh_tokens[token] = {"user": user, "scopes": sorted(scopes)}
        return token

    def revoke(self, user: str) -> None:
        """The person takes access back: everything of theirs is refused from now on."""
        for token in [token for token, held in self.refresh_tokens.items() if held["user"] == user]:
            del self.refresh_tokens[token]
        for access in [access for access, bearer in self.access_tokens.items() if bearer.user == user]:
            del self.access_tokens[access]

    def expire_access(self) -> None:
        """Every access token runs out, sooner than it said."""
        self.access_tokens.clear()

    def bearer(self, header: str) -> Bearer:
        """Whom a request comes from; 401 for a token that is none or has run out."""
        bearer = self.access_tokens.get(header.removeprefix("Bearer ").strip())
        if bearer is None or bearer.until < time.time():
            raise ApiError(401, "authError", "Invalid Credentials")
        return bearer

    def authorize(self, query: Mapping[str, list[str]]) -> str:
        """Where the browser is sent after the person at it has decided."""
        given = {name: values[0] for name, values in query.items()}
        self._check_request(given)
        consent = self.consent
        if consent is None or consent.denies:
            return f"{given['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': given['state']})}"
        code = token_urlsafe(24)
        scopes = [one for one in given["scope"].split() if one not in consent.unticked]
        self.codes[code] = {**given, "user": consent.user, "scopes": scopes}
        told = {"code": code, "state": given["state"], "scope": " ".join(scopes)}
        return f"{given['redirect_uri']}?{urlencode(told)}"

    def token(self, form: Mapping[str, list[str]], header: str = "") -> Json:
        """Answer the token end point; the client may name itself in the form or by HTTP Basic (RFC 6749 §2.3.1)."""
        if self.down:
            raise OAuthError("temporarily_unavailable", status=503)
        given = {name: values[0] for name, values in form.items()}
        if header.startswith("Basic "):
            name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
            given |= {"client_id": name, "client_secret": secret}
        match given.get("grant_type"):
            case "authorization_code":
                return self._by_code(given)
            case "refresh_token":
                return self._by_refresh(given)
            case "urn:ietf:params:oauth:grant-type:jwt-bearer":
                return self._by_assertion(given)
            case _:
                raise OAuthError("unsupported_grant_type")

    def _check_request(self, given: Mapping[str, str]) -> None:
        redirect = urlsplit(given.get("redirect_uri", ""))
        wanted = {
            "client_id": given.get("client_id") == self.client_id,
            "redirect_uri": redirect.scheme == "http" and redirect.hostname in {"127.0.0.1", "::1"},
            "response_type": given.get("response_type") == "code",
            "state": len(given.get("state", "")) >= 16,
            "code_challenge": len(given.get("code_challenge", "")) >= 43,
            "code_challenge_method": given.get("code_challenge_method") == "S256",
            "access_type": given.get("access_type") == "offline",
            "scope": bool(given.get("scope")),
        }
        if wrong := [name for name, right in wanted.items() if not right]:
            raise ApiError(
                400, "invalid_request", f"authorisation request: {', '.join(wrong)}", violation=True
            )

    def _check_client(self, given: Mapping[str, str]) -> None:
        if given.get("client_id") != self.client_id or given.get("client_secret") != self.client_secret:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)

    def _by_code(self, given: Mapping[str, str]) -> Json:
        self._check_client(given)
        held = self.codes.pop(given.get("code", ""), None)
        if held is None or held["redirect_uri"] != given.get("redirect_uri"):
            raise OAuthError("invalid_grant", "Malformed auth code.")
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != held["code_challenge"]:
            raise OAuthError("invalid_grant", "Invalid code verifier.")
        answer = self._access(held["user"], held["scopes"])
        return answer | {"refresh_token": self.grant(held["user"], held["scopes"])} | self._ends()

    def _by_refresh(self, given: Mapping[str, str]) -> Json:
        self._check_client(given)
        token = given.get("refresh_token", "")
        held = self.refresh_tokens.get(token)
        if held is None:
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        wanted = set(given.get("scope", "").split())
        if wanted - set(held["scopes"]):
            raise OAuthError("invalid_scope", "Some requested scopes were not granted.")
        answer = self._access(held["user"], held["scopes"])
        if self.rotates:
            del self.refresh_tokens[token]
            answer["refresh_token"] = self.grant(held["user"], held["scopes"])
        return answer | self._ends()

    def _by_assertion(self, given: Mapping[str, str]) -> Json:
        try:
            unverified = json.loads(base64.urlsafe_b64decode(given["assertion"].split(".")[1] + "=="))
            claims = jwt.decode(given["assertion"], certs=self.service_keys[unverified["iss"]])  # type: ignore[no-untyped-call]
        except (KeyError, ValueError, IndexError) as error:
            raise OAuthError("invalid_grant", "Invalid JWT Signature.") from error
        if not str(claims.get("aud", "")).endswith("/token") or claims["exp"] - claims["iat"] > 3600:
            raise OAuthError("invalid_grant", "Invalid JWT: audience, or a token that lasts too long.")
        scopes = set(claims.get("scope", "").split())
        subject = claims.get("sub") or claims["iss"]
        if subject not in self.people():
            raise OAuthError("invalid_grant", "Invalid email or User ID")
        if subject != claims["iss"] and scopes - self.delegated:
            raise OAuthError(
                "unauthorized_client", "Client is unauthorized for any of the scopes requested.", 401
            )
        return self._access(subject, sorted(scopes), may_invite=subject != claims["iss"])

    def _access(self, user: str, scopes: list[str], *, may_invite: bool = True) -> Json:
        access = f"ya29.{token_urlsafe(24)}"
        self.access_tokens[access] = Bearer(user, frozenset(scopes), time.time() + _LASTS, may_invite)
        return {
            "access_token": access,
            "expires_in": _LASTS,
            "token_type": "Bearer",
            "scope": " ".join(scopes),
        }

    def _ends(self) -> Json:
        return {"refresh_token_expires_in": _WEEK} if self.testing else {}


def form_of(body: bytes) -> dict[str, list[str]]:
    """A form body by field."""
    return parse_qs(body.decode(), keep_blank_values=True)
