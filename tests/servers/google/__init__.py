"""The stand-in for Google, as tests use it."""

from syncd.standin.google import Call, Fault, Mail, Person, Phase
from tests.servers.google.server import GoogleServer

__all__ = ["Call", "Fault", "GoogleServer", "Mail", "Person", "Phase"]
