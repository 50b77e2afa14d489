"""What people believe who know only their mails: read, held against the calendar, and never contradicted."""
