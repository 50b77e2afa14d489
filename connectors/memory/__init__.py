"""A real calendar account in memory: etags, cursors, conditional writes, and switches for what goes wrong.

Objects are stored as iCalendar text and translated as on CalDAV: series, overrides and odd input behave alike.
"""

from connectors.memory.account import MemoryAccount
from connectors.memory.calendar import Faults, MemoryCalendar

__all__ = ["Faults", "MemoryAccount", "MemoryCalendar"]
