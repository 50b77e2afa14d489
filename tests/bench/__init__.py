"""A public benchmark of leave rescheduling: seeded instances, baselines, bounds. Run `python -m tests.bench`."""
