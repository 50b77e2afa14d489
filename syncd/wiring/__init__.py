"""The composition root: the only package that imports connectors. Settings end here; each part gets its own."""

from syncd.wiring.clock import SystemClock
from syncd.wiring.dropped import dropped
from syncd.wiring.edits import Stamps, stamps_of
from syncd.wiring.lasting import refuse_fleeting
from syncd.wiring.places import Place, Places
from syncd.wiring.planner import explaining_planner
from syncd.wiring.world import Running, acting, acting_on, running, settings_of, store_alone, world_of

__all__ = [
    "Place",
    "Places",
    "Running",
    "Stamps",
    "SystemClock",
    "acting",
    "acting_on",
    "dropped",
    "explaining_planner",
    "refuse_fleeting",
    "running",
    "settings_of",
    "stamps_of",
    "store_alone",
    "world_of",
]
