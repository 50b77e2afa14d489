"""What goes wrong between the house and its servers: each fault at each place, on real servers."""

from tests.faults import mailing, reading, writing

__all__ = ["mailing", "reading", "writing"]
