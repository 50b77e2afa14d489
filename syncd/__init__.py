"""The daemon that finds make-up times for the sessions that a leave displaces."""
