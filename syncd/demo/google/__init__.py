"""A stand-in for Google Calendar and its OAuth server: stateful, on loopback, stricter than the real one.

The demo runs on it, and so do the tests of everything that speaks to Google.
"""

from syncd.demo.google.faults import Fault, Phase
from syncd.demo.google.ledger import Call, Mail
from syncd.demo.google.person import Person
from syncd.demo.google.server import StandIn

__all__ = ["Call", "Fault", "Mail", "Person", "Phase", "StandIn"]
