"""A stand-in for Google Calendar and its OAuth server: stateful, on loopback, stricter than the real one.

The demo runs on it (`syncd demo --google`), and so do the tests of everything that speaks to Google.
"""

from syncd.standin.google.faults import Fault, Phase
from syncd.standin.google.ledger import Call, Mail
from syncd.standin.google.person import Person
from syncd.standin.google.server import StandIn

__all__ = ["Call", "Fault", "Mail", "Person", "Phase", "StandIn"]
