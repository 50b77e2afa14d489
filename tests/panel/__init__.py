"""A panel that reads plans: generated practices, planned, and judged from the calendar by rules in words.

Run `python -m tests.panel [--seed N]`. Judges share no code with the planner's own idea of what a time is worth.
"""
