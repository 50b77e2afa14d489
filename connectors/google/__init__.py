"""Google Calendar v3: the account, its calendars, the translation of events, and the authorisation."""

import warnings

# Google's own notice of when it stops supporting this Python: for whoever upgrades syncd, not for a journal.
warnings.filterwarnings("ignore", category=FutureWarning, module=r"google\.(api_core|auth|oauth2)")
