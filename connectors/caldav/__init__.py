"""Calendars on a CalDAV server (RFC 4791), and the pure translation of what lies in them."""
