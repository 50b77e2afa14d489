"""Showing: what should stand in the calendars by now.

In: `PassState`, and the mails about to leave. Out: intents to write, remove, cancel and restore entries.
Rooms: entries (offers as the therapist sees them), server_entries (offers that the calendar's server carries),
originals (cancelled and brought back), plan_event, awaiting (on today, what waits for a yes), pass_number (written
where a restored store finds it).
"""

from syncd.core.showing.pass_number import stamps

__all__ = [
    "stamps",
]
