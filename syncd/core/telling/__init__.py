"""Telling: which message anybody should have by now, and its facts.

In: `PassState`. Out: intents `Tell` (to clients) and `Write` (letters to therapists, colleagues, the office), alarms.
Rooms: client_mails (all that a client should hear), and for each occasion invitation, reminder, withdrawal, late_yes,
closing, last_word, notice, stands_again, word_of_leave; mail_facts; letters (to those who treat them), session_status
(what rows say), totals; alarms.
"""
