"""Policy: what is allowed, and when.

In: the practice's values (model/practice), roster lines, tags of leave. Out: yes or no, and moments. Reads no calendar.
Rooms: precedence (whose word counts), tiers (who belongs to which), first_message (what it waits for), quiet_hours,
deadlines (answers and reminders), discretion (what outsiders may read), clock (whether it may be acted
upon), runaway_holds (when to stop), short_answers (a yes or no in a word).
"""

from syncd.core.policy.discretion import telling

__all__ = [
    "telling",
]
