"""Facts become words here, before anything is recorded: mails, calendar entries, letters, in the reader's language.

The words stand in templates (config/templates, a practice's own folder first); nothing in here does I/O but
reading them. How a mail is built is an argument, so that nothing here knows MIME or iTIP.
"""

from syncd.wording.alarms import AlarmWriter
from syncd.wording.intents import NO_MAIL, Unsayable, Worded, word
from syncd.wording.outgoing import Appointment, Compose, Correspondent, Envelope
from syncd.wording.rehearsal import rehearse
from syncd.wording.templates import Templates, load_templates

__all__ = [
    "NO_MAIL",
    "AlarmWriter",
    "Appointment",
    "Compose",
    "Correspondent",
    "Envelope",
    "Templates",
    "Unsayable",
    "Worded",
    "load_templates",
    "rehearse",
    "word",
]
