"""A stand-in for Google Calendar and its OAuth server: stateful, on loopback, stricter than the real one."""

from tests.servers.google.faults import Fault, Phase
from tests.servers.google.ledger import Call, Mail
from tests.servers.google.person import Person
from tests.servers.google.server import GoogleServer

__all__ = ["Call", "Fault", "GoogleServer", "Mail", "Person", "Phase"]
