"""The practice that `make demo` runs: one therapist, 24 clients, a real CalDAV server, real mail, a simulated clock."""
