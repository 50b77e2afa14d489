"""The pure core: plain frozen values in and out; no clock, no I/O, no logging, no randomness.

Nine wings, each of which imports only from those before it: time, model, policy, reading, offers, state, planning,
telling, showing. Above them: decide (one pass), reconcile (what is still to happen), agenda (when to look again),
adoption (entries that the store does not know), below it called_off (sessions that were called off meanwhile).
"""
