"""State: the rows of a pass in the middle of it, with one answer for each question about a displaced session.

In: offers and conflicts brought up to date. Out: `PassState`, off which planning, telling and showing read.
Rooms: rows, handed_over, heard, approval, spoken_of, gates (each adds its questions to those before it; `PassState` is
the last); anew, world, settled (steps of a pass); caps, grounds, letter_limit (what holds something back);
who_hears, outlook, client_sessions (what a client may be told).
"""

from syncd.core.state.gates import PassState

__all__ = [
    "PassState",
]
