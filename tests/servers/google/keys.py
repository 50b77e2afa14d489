"""Keys of service accounts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from syncd.standin.google.answers import Json


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """The key file's content, and the half that the server keeps."""

    info: Json
    public: str


def service_key(email: str, token_uri: str) -> ServiceKey:
    """A key as the Google console makes it."""
    private, public = _pair()
    info = {
        "type": "service_account",
        "project_id": "practice",
        "private_key_id": "1",
        "private_key": private,
        "client_email": email,
        "client_id": "1",
        "token_uri": token_uri,
    }
    return ServiceKey(info, public)


@cache
def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()
