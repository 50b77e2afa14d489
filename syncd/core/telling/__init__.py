"""Telling: which message anybody should have by now, and its facts.

In: `Standing`. Out: intents `Tell` (to clients) and `Write` (letters to therapists, colleagues and the office), alarms.
Rooms: client_mails, joint_mails, notice, withdrawal, mail_facts (to clients); session_status (what rows say); letters,
concern_letters, colleague_letters, vanished_leave_letters, runaway_letters, alarms (to those who treat them).
"""
