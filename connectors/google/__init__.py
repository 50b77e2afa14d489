"""Google Calendar v3: the account, its calendars, the translation of events, and the authorisation."""
