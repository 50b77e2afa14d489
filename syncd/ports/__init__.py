"""The seams to the outside world. Each method names the errors it raises; status codes end behind them."""

from syncd.ports.calendar import (
    Account,
    Calendar,
    CalendarInfo,
    Cancelled,
    Capabilities,
    Rework,
    Reworked,
    Written,
    each_read,
)
from syncd.ports.clock import Clock
from syncd.ports.mail import Incoming, Mailbox, Mailer
from syncd.ports.store import (
    MAILED,
    AlarmBook,
    CalendarState,
    Carriage,
    ErasedRows,
    Fence,
    Halt,
    Halted,
    Memory,
    MirrorChange,
    PassRecord,
    Settlement,
    Store,
)
from syncd.ports.usage import Usage

__all__ = [
    "MAILED",
    "Account",
    "AlarmBook",
    "Calendar",
    "CalendarInfo",
    "CalendarState",
    "Cancelled",
    "Capabilities",
    "Carriage",
    "Clock",
    "ErasedRows",
    "Fence",
    "Halt",
    "Halted",
    "Incoming",
    "Mailbox",
    "Mailer",
    "Memory",
    "MirrorChange",
    "PassRecord",
    "Rework",
    "Reworked",
    "Settlement",
    "Store",
    "Usage",
    "Written",
    "each_read",
]
