"""What a machine is told of the daemon, no person in it: metrics, whether it lives and is ready, a ping after a look.

In: reports of passes, the store's memory. Rooms: `metrics` (what Prometheus reads), `endpoints` (what is answered over
HTTP), `pings` (the dead man's switch of `[alerts]`), `journal` (what is logged).
"""

from syncd.monitoring import journal, metrics
from syncd.monitoring.endpoints import Health, serve
from syncd.monitoring.pings import Pinger

__all__ = ["Health", "Pinger", "journal", "metrics", "serve"]
