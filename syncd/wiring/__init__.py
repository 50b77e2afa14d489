"""The composition root: the only package that imports connectors. Settings end here; each part gets its own.

What loads connectors stands in `world` and is asked for there: a command that looks at the store alone loads none.
"""

from syncd.wiring.alone import acting_on, settings_of, store_alone, store_stands, usage_of
from syncd.wiring.clock import SystemClock
from syncd.wiring.dropped import dropped
from syncd.wiring.edits import Stamps, stamps_of
from syncd.wiring.lasting import refuse_fleeting
from syncd.wiring.places import Place, Places

__all__ = [
    "Place",
    "Places",
    "Stamps",
    "SystemClock",
    "acting_on",
    "dropped",
    "refuse_fleeting",
    "settings_of",
    "stamps_of",
    "store_alone",
    "store_stands",
    "usage_of",
]
