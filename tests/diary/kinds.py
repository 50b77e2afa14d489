"""Which kind of message a mail is, by what its reader sees: the one table of all worlds.

| kind           | by mail (imip)                     | where a server or Google carries it             |
|----------------|------------------------------------|-------------------------------------------------|
| invitation     | our mail with METHOD:REQUEST       | its own REQUEST                                 |
| agreed         | the same, told by its Message-ID   |                                                 |
|                |                                    | and the notice beside it in the same look       |
| cancellation   | our mail with METHOD:CANCEL        | its own CANCEL, and our words in the same look  |
| every other    | our mail without a calendar part, told by its subject and its Message-ID, in both |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from tests.scenario import ics

_METHODS = {"REQUEST": "invitation", "CANCEL": "cancellation"}
_OURS = re.compile(r"<[^<>@]+\.([a-z][a-z_]*)(?:-[0-9a-z]+)?(?:\.\d+-[0-9a-f]{12})?@example\.org>")
# What our Message-ID says to a client: the kind, and how the subject begins, in each language.
_KINDS = {
    "suggestions": (
        "suggestions",
        "Suggestions for our|Vorschläge zu unseren|Des propositions pour nos|Propuestas para nuestras",
    ),
    "reminder": ("reminder", "A short reminder|Kurze Erinnerung|Un petit rappel|Un breve recordatorio"),
    "closing": (
        "closing",
        "About our appointment|Zu unserem Termin|Zu unseren Terminen|Au sujet de n|Sobre n",
    ),
    "taken_back": (
        "taken back",
        "About |Zu[mr]? |Au sujet d|Our appointments? .* (?:as usual|after all)"
        "|Unsere? Termine? .* (?:wie gewohnt|doch statt)|(?:Notre|Nos) .*(?:habitude|finalement lieu)"
        "|Sobre |Nuestras? .* (?:como siempre|sí tiene lugar)",
    ),
    "too_late": (
        "too late",
        "Thank you for your answer|Danke für Ihre Antwort|Merci de votre réponse|Gracias por su respuesta",
    ),
    "in_time": (
        "in time",
        "This time is fixed|Diese Zeit steht fest|Ce créneau est fixé|Esta hora queda fijada|"
        "Thank you, this time is kept|Danke, diese Zeit ist|Merci, ce créneau|Gracias, esta hora",
    ),
    "thanks": (
        "thanks",
        "Thank you, this time is kept|Danke, diese Zeit ist|Merci, ce créneau|Gracias, esta hora",
    ),
    "eve": (
        "eve",
        "Our appointment|Unser Termin|Notre rendez-vous|Nuestra cita|Our phone|Unser Tele|Notre appel|Nuestra llam",
    ),
    "received": (
        "received",
        "Your message has arrived|Ihre Nachricht ist angekommen|Votre message est|Su mensaje ha"
        "|My return|Meine Rückkehr|Mon retour|Mi vuelta",
    ),
    "unsure": (
        "unsure",
        "About our new time|Zu unserer neuen Zeit|Au sujet de notre nouveau|Sobre nuestra nueva",
    ),
    "notice": (
        "notice",
        "Our appointments? (on|from)|Unser Termin am|Unsere Termine (am|von)"
        "|(?:Notre|Nos) rendez-vous du|Nuestras? citas? del",
    ),
    "away": (
        "word of leave",
        "I am (away|here) (on|from)|Ich bin (doch|nicht) da:"
        "|Our appointment together|Unser gemeinsamer Termin|Notre rendez-vous avec d’autres|Nuestra cita con otras"
        "|Je (?:m’absente|suis finalement là)|Estaré fuera|Al final sí"
        "|Our appointment today|Unser Termin heute|Notre rendez-vous d’aujourd|Nuestra cita de hoy",
    ),
    "sick_today": (
        "sick today",
        "Our appointments? .* cannot take place|Unsere? Termine? .* nicht stattfinden"
        "|(?:Notre|Nos) .* pas avoir lieu|Nuestras? .* tener lugar",
    ),
}
# Letters to therapists and the office, by their subjects.
_LETTERS = {
    "yes after words": ".* has accepted, after writing to you|Zusage nach einer Nachricht",
    "at one": ".* has (?:accepted|declined), from both|(?:Zu|Ab)sage nun von beiden",
    "yes after no": ".* has accepted, after a no|Zusage nach einer Absage",
    "no after words": ".* has declined, after writing to you|Absage nach einer Nachricht",
    "maybe after yes": ".* says maybe to a time|„Vielleicht“ zu einer vereinbarten",
    "called off": ".* has called off a time|Vereinbarte Zeit abgesagt",
    "note": ".* has accepted, with a note|Zusage mit einer Notiz",
    "concern": (
        "Please add a link|Bitte fügen Sie einen Link|"
        "Please ask soon|Bitte bald klären|Please look at what came back|Please choose:|Bitte wählen Sie:|"
        "Please choose another|"
        "Please say yes or no|Bitte sagen Sie ja oder nein|Bitte sehen Sie sich an, was zurückkam"
    ),
    "unsaid": "Please call .* told nothing|Bitte rufen Sie an: .* nichts erfahren",
    "call anew": "Please call .* held|Bitte rufen Sie an: (?:eine )?andere Zeit",
    "receipt": "Your yes counts|Ihr Ja zählt",
    "not counted": "(?:An answer|Your answer|Your yes) .*does not count|"
    "(?:Eine Antwort|Ihre Antwort|Ihr Ja) .*zählt nicht",
    "lapsed": "Held and not sent|Vorgemerkt und nicht verschickt",
    "get in touch": "Please get in touch|Bitte melden Sie sich",
    "silence": "No answer yet|Only a maybe so far|Noch keine Antwort|Bisher nur ein Vielleicht",
    "meanwhile": ".* is away: please (?:look|get in touch)|.* ist nicht da: bitte (?:sehen|melden)",
    "news": "News from|Neues von",
    "still waiting": "Still waits for you|Wartet noch auf Sie",
    "call list": "Please call(?:[:,]| \\d+ (?:of|person|people)\\b)|.* is away .*: please call"
    "|(?:Before|While) you are away"
    "|Bitte (?:\\d+ (?:von \\d+|Person|Personen) )?anrufen|.* ist nicht da .*anrufen|Bevor Sie|Vor Ihrer Abwesenheit",
    "cover": r"(?:No c|C)over for|.* has accepted.*\(cover"
    r"|(?:Keine )?Vertretung (?:mehr )?für|.* hat zugesagt.*\(Vertretung",
    "unread": r"Please look: .* cannot be read|Bitte sehen Sie nach: .* zu lesen",
    "alarm": "syncd needs help|syncd braucht Hilfe",
    "taking back": "Your time away.*: gone from your calendar|Ihre Abwesenheit.*: nicht mehr im Kalender"
    "|Does it take place|Findet es statt|No longer in your calendar|Nicht mehr im Kalender",
    "groups": "(An appointment|Appointments) with a group or a couple|(Ein Termin|Termine) mit einer Gruppe",
    "question": "Your question|Ihre Frage|Your time away, with a question mark|Ihre Abwesenheit, nun mit Fragezeichen",
    "to tell in person": ".*time away.* to tell in person|.*bwesenheit.* selbst sagen sollten",
    "uncovered": ".*time away.*nobody covers|.*bwesenheit.*niemand vertritt",
    "plan": ".*[Tt]ime away|.*bwesenheit",
    "trouble": "syncd needs your attention|syncd braucht",
}
_BESIDE = re.compile(
    r"comes to you in a calendar invitation|als Kalendereinladung|invitation d’agenda|invitación de calendario"
)
BESIDE = "notice beside an invitation"
_WORDS = frozenset(
    {"taken back", "closing", "notice", "sick today"}
)  # what may go with a carried cancellation


def kind_of(message: EmailMessage, part: str) -> str:
    """The kind of a mail with this calendar part; what nobody knows is named by its subject."""
    method = ics.value(part, "METHOD")
    found = _OURS.fullmatch(str(message["Message-ID"] or "").strip())
    if method:
        return "agreed" if found and found[1] == "agreed" else _METHODS.get(method, method)
    named, subject = found[1] if found else "", str(message["Subject"]).strip()
    kind, begins = _KINDS.get(named, ("", ""))
    if kind and re.match(begins, subject):
        body = message.get_body(("plain",))
        beside = kind == "notice" and body is not None and _BESIDE.search(body.get_content())
        return BESIDE if beside else kind
    letters = (kind for kind, begins in _LETTERS.items() if named == "letter" and re.match(begins, subject))
    return next(letters, f"unknown: {named} {subject}")


def paired(letters: Sequence[tuple[str, bool, datetime]]) -> list[str]:
    """Kinds in order, from (kind, carried, when): a carried cancellation and our words about it are one.

    So are a carried invitation and the notice that leaves beside it; one that names an earlier invitation is a notice.
    What says all about several invitations is one with these, of which two have to leave with it.
    """
    bare = [at for kind, carried, at in letters if carried and kind == "cancellation"]
    asked = [at for kind, carried, at in letters if carried and kind == "invitation"]
    found: list[str] = []
    for kind, carried, at in letters:
        if not carried and kind in _WORDS and at in bare:
            bare.remove(at)
        elif kind == BESIDE and at in asked:
            asked.remove(at)
        elif kind == "suggestions" and letters.count(("invitation", False, at)) > 1:
            continue
        else:
            found.append("notice" if kind == BESIDE else kind)
    return found
