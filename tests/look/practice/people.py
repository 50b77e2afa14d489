"""Who works in the practice and who comes there. All of them are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tests.outside.practice import files
from tests.outside.practice.house import BERLIN, Therapist

OFFICE = "praxis@example.org"
MON, TUE, WED, THU, FRI = range(5)
BEGAN = date(2025, 4, 28)  # a Monday: a year of sessions lies in the calendars
ASCII = {"ö": "oe", "ü": "ue", "ä": "ae", "ë": "e"}
CIRCLE, PAIR = "Dienstagsgruppe", "Paar Sommer"


@dataclass(frozen=True)
class Person:
    """A line of the roster, and the session as it stands in the calendar. `title`: "" where the client is a guest."""

    initials: str
    name: str
    therapist: str
    title: str = ""
    day: int | None = None
    hour: int = 0
    weeks: int = 1
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def mail(self) -> str:
        """Their address, unless the roster says otherwise."""
        own = f"{self.name.split()[0]}.{self.name.split()[-1]}".lower()
        plain = "".join(ASCII.get(sign, sign) for sign in own)
        return self.cells.get("email", f"{plain}@example.net")

    @property
    def row(self) -> dict[str, str]:
        """What the roster says."""
        known = {
            "id": self.initials.lower(),
            "name": self.name,
            "email": self.mail,
            "initials": self.initials,
        }
        first, second = map(ord, self.initials)
        number = 31 * first + second
        return {**known, "therapist": self.therapist, "phone": f"+49 761 5550{number}", **self.cells}


def series(one: Person, therapist: str) -> str:
    """Their sessions, week after week."""
    assert one.day is not None
    start = datetime.combine(BEGAN + timedelta(one.day), time(one.hour), BERLIN)
    rule = f"RRULE:FREQ=WEEKLY;INTERVAL={one.weeks}\r\n"
    who = "" if one.title else one.mail
    title = one.title or "Termin"
    return files.timed(
        f"s-{one.initials}", title, start, rule=rule, who=who, organizer=f"{therapist}@example.org"
    )


PHONED = {"email": "", "contact": "phone"}
GROUP = {"group": CIRCLE}

PEOPLE = (
    Person("AB", "Anna Berger", "vogt", "Anna B.", MON, 9),
    Person("BK", "Bernd Krause", "vogt", "Hr. Krause 21/60", MON, 10, cells=GROUP),
    Person("CÖ", "Ceren Özdemir", "vogt", "", MON, 11, cells={"priority": "crisis"}),
    Person("DS", "Dagmar Schuster", "vogt", "Fr. Schuster tel", MON, 14, cells=PHONED),
    Person(
        "EL",
        "Emil Lang",
        "vogt",
        "Emil",
        MON,
        16,
        cells={
            "salutation": "Frau Lang und Herr Lang",
            "email": "mutter.lang@example.net",
            "second_email": "vater.lang@example.net",
            "windows": "mon 15:00-18:00; wed 15:00-18:00; thu 15:00-18:00",
        },
    ),
    Person("FH", "Friederike Hoffmann", "vogt", "Friederike H.", TUE, 9, cells=GROUP),
    Person("GP", "Gerhard Pohl", "vogt", "GP", TUE, 10),
    Person(
        "HW", "Hanna Winter", "vogt", "EMDR Hanna", TUE, 11, cells={"phase": "crucial", "cover_ok": "yes"}
    ),
    Person("IM", "Ines Marquardt", "vogt", "Ines M.", TUE, 14, 2),
    Person("JT", "Jürgen Thiel", "vogt", "", WED, 9, cells={"priority": "protected"}),
    Person("KR", "Klara Roth", "vogt", "Klara R. VT", WED, 10, cells={"choices": "2"}),
    Person("LN", "Lukas Nowak", "vogt", "LN online", WED, 14, cells={"discreet": "yes", "mode": "online"}),
    Person("MF", "Margarete Fischer", "vogt", "Fr. Fischer", THU, 9),
    Person("AL", "Anna Lindner", "vogt", "Lindner", THU, 10),
    Person("OS", "Oskar Seidel", "vogt", cells=GROUP),
    Person("PE", "Paula Ernst", "vogt", cells={**GROUP, **PHONED}),
    Person("NV", "Nina Vogel", "weidner", "Nina V.", MON, 10),
    Person("OB", "Olaf Brandt", "weidner", "OB", MON, 11),
    Person("QH", "Quirin Haas", "weidner", "Haas", TUE, 10, cells={"choices": "2"}),
    Person("RW", "Renate Wolff", "weidner", "Fr. Wolff", TUE, 12, cells=PHONED),
    Person("SE", "Sven Engel", "weidner", "", TUE, 15),
    Person("PS", "Petra Sommer", "weidner", cells={"group": PAIR}),
    Person("RS", "Ralf Sommer", "weidner", cells={"group": PAIR}),
    Person("TK", "Tanja Köhler", "weidner", "Köhler Abschluss", FRI, 10, cells={"phase": "ending"}),
    Person("VS", "Viktor Stein", "weidner", "Viktor", FRI, 11, cells={"choices": "2"}),
    Person("WJ", "Wiebke Jansen", "weidner", "", FRI, 13),
    Person("XL", "Xaver Lehmann", "aydin", "XL", TUE, 9),
    Person("YD", "Yvonne Dietrich", "aydin", "Yvonne", WED, 9),
    Person("ZA", "Zoë Albrecht", "aydin", "", THU, 15),
    Person("CB", "Carla Bauer", "aydin", "Fr. Bauer", FRI, 9),
    Person("DM", "David Meier", "aydin", "D. Meier", FRI, 11, cells={"language": "en"}),
)

HOURS = {
    "vogt": 'hours = { mon = ["09:00-13:00", "14:00-18:00"], tue = ["09:00-13:00", "14:00-17:00"],'
    ' wed = ["09:00-13:00", "14:00-18:00"], thu = ["09:00-13:00", "14:00-18:00"], fri = ["09:00-13:00"] }',
    "weidner": 'hours = { mon = ["10:00-18:00"], tue = ["10:00-18:00"], wed = ["10:00-19:00"], fri = ["10:00-15:00"] }',
    "aydin": 'hours = { tue = ["09:00-16:00"], wed = ["09:00-16:00"], thu = ["12:00-19:00"], fri = ["09:00-13:00"] }',
}
NAMES = {"vogt": "Katharina Vogt", "weidner": "Jonas Weidner", "aydin": "Miriam Aydin"}
KEYS = {"vogt": "cover = true", "weidner": "", "aydin": 'cover = true\ncovers_for = ["vogt"]'}


def standing(therapist: str) -> dict[str, str]:
    """A therapist's calendar before anything happens: sessions, and all that stands between them."""
    own = {
        one.initials: series(one, therapist)
        for one in PEOPLE
        if one.therapist == therapist and one.day is not None
    }
    return {**own, **BESIDE[therapist]}


def _once(uid: str, title: str, day: date, hour: int, minutes: int = 50, minute: int = 0) -> str:
    return files.timed(uid, title, datetime.combine(day, time(hour, minute), BERLIN), minutes)


def _weekly(uid: str, title: str, day: int, hour: int, minutes: int = 50, minute: int = 0) -> str:
    start = datetime.combine(BEGAN + timedelta(day), time(hour, minute), BERLIN)
    return files.timed(uid, title, start, minutes, rule=files.WEEKLY)


BESIDE = {
    "vogt": {
        "circle": _weekly("circle", CIRCLE, TUE, 17, 90),
        "lunch": _weekly("lunch", "Mittag", WED, 13, 45),
        "team": _weekly("team", "Intervision", THU, 14, 90),
        "bill": _once("bill", "Rechnung Berger", date(2026, 6, 2), 15),
        "anna": _once("anna", "Anna", date(2026, 6, 3), 15),
        "first": _once("first", "Erstgespräch Neumann", date(2026, 6, 4), 15),
        "report": _once("report", "Bericht an Gutachter Thiel", date(2026, 6, 3), 11),
        "dentist": _once("dentist", "Zahnarzt", date(2026, 5, 27), 16),
        "oma": files.all_day("oma", "Geburtstag Oma", date(2026, 6, 2), 1),
        "tax": _once("tax", "Steuerberater", date(2026, 6, 9), 14, 60),
    },
    "weidner": {
        "pair": _weekly("pair", PAIR, WED, 17, 75),
        "supervision": _weekly("supervision", "SV", MON, 14, 90),
        "kids": _once("kids", "Kita abholen", date(2026, 5, 12), 16, 30),
        "tentative": _once("tentative", "OB?", date(2026, 5, 15), 14),
    },
    "aydin": {
        "choir": _weekly("choir", "Chor", THU, 19, 90),
        "office": _weekly("office", "Büro / Anträge", TUE, 13, 60),
    },
}

THERAPISTS = tuple(
    Therapist(one, KEYS[one], (), leave="", hours=HOURS[one], events=standing(one)) for one in NAMES
)
