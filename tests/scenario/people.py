"""Three weekly clients, two by mail and one by phone, each on Mondays."""

from __future__ import annotations

from datetime import datetime

from syncd.core.model import Client, Contact
from tests.core.people import BERLIN

ADA = Client(id="c1", name="Ada Brandt", email="ada@example.net", initials="AB", therapists=("dana",))
BEN = Client(id="c2", name="Ben Castillo", email="ben@example.net", initials="BC", therapists=("dana",))
CLEO = Client(
    id="c3",
    name="Cleo Dietz",
    initials="CD",
    phone="030 5550103",
    contact=Contact.PHONE,
    therapists=("dana",),
)
PEOPLE = (ADA, BEN, CLEO)
MONDAYS = (
    ("c1", datetime(2026, 6, 1, 10, tzinfo=BERLIN)),
    ("c2", datetime(2026, 6, 1, 14, tzinfo=BERLIN)),
    ("c3", datetime(2026, 6, 1, 16, tzinfo=BERLIN)),
)
