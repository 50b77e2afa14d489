"""The outside world behind the ports of syncd: calendars and mail."""
