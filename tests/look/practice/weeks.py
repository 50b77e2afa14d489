"""What happens in these six weeks, in the order in which it happens."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.look.practice.playing import Weeks, praxis
from tests.outside.practice import files
from tests.outside.practice.house import BERLIN
from tests.servers.smtp import SmtpServer

VOGT, WEIDNER, AYDIN = (f"{one}@example.org" for one in ("vogt", "weidner", "aydin"))
SAYING = "DESCRIPTION:say: Ich wünsche Ihnen ein paar helle Frühsommertage.\r\n"
FREE = "TRANSP:TRANSPARENT\r\n"


def at(day: int, month: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the year 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


BEGIN = at(4, 5, 7, 55)


def first_days(weeks: Weeks) -> None:
    """The daemon is new; leave is entered, and its first letter is answered."""
    weeks.acts(at(4, 5, 8), "Der erste Blick: Trockenlauf, erster Lauf")
    weeks.says("dry-run", "once", "--dry-run")
    weeks.settles()
    weeks.acts(at(5, 5, 20, 10), "Katharina trägt Urlaub ein, 1. bis 5. Juni, mit einem eigenen Satz")
    put(weeks, "vogt", "urlaub", "Urlaub", date(2026, 6, 1), 5, FREE + SAYING)
    weeks.settles()
    weeks.acts(at(6, 5, 7, 50), "Katharina antwortet auf den Brief: ok")
    weeks.writes(VOGT, "ok\n\n-- \nKatharina Vogt\nPsychologische Psychotherapeutin", to="#ok")
    weeks.settles()
    weeks.acts(at(6, 5, 12, 40), "Jonas trägt „Brückentag“ für Freitag, 15. Mai ein")
    put(weeks, "weidner", "bruecke", "Brückentag", date(2026, 5, 15), 1)
    weeks.settles()
    weeks.acts(at(7, 5, 7, 40), "Jonas antwortet auf den Tagesbrief: Ok!")
    weeks.writes(WEIDNER, "Ok!\n\nGruß, Jonas")
    weeks.settles()
    weeks.acts(at(7, 5, 12, 30), "Jonas fragt: Urlaub? im Juli; und tippt #ok in den Brückentag")
    put(weeks, "weidner", "frage", "Urlaub?", date(2026, 7, 20), 12)
    put(weeks, "weidner", "bruecke", "Brückentag #ok", date(2026, 5, 15), 1)
    weeks.settles()


def answers(weeks: Weeks) -> None:
    """Invitations have gone out after the sessions in the room; answers of all shapes."""
    weeks.acts(at(12, 5, 10, 30), "Viktor Stein nimmt eine von zwei Zeiten, Wiebke Jansen schreibt")
    tries(weeks, "viktor.stein@example.net", "ACCEPTED")
    weeks.writes("wiebke.jansen@example.net", "Ja, gern!")
    weeks.settles()
    weeks.acts(at(12, 5, 18, 30), "Ceren Özdemir schreibt; Gerhards Programm antwortet selbst")
    weeks.writes("ceren.oezdemir@example.net", "Ich weiß nicht, ob ich das schaffe. Können wir telefonieren?")
    weeks.writes(
        "gerhard.pohl@example.net", "Ich bin bis 20. Mai nicht erreichbar.", "Abwesenheitsnotiz", True
    )
    weeks.settles()
    weeks.acts(at(13, 5, 17, 10), "Hanna ja, Jürgen vielleicht; Anna Berger ja, Bernd Krause nein")
    for address, how in (
        ("hanna.winter@example.net", "ACCEPTED"),
        ("juergen.thiel@example.net", "TENTATIVE"),
        ("anna.berger@example.net", "ACCEPTED"),
        ("bernd.krause@example.net", "DECLINED"),
    ):
        tries(weeks, address, how)
    weeks.settles()
    weeks.acts(at(14, 5, 10, 10), "Himmelfahrt: Emils Mutter sagt ja, sein Vater nein")
    tries(weeks, "mutter.lang@example.net", "ACCEPTED")
    tries(weeks, "vater.lang@example.net", "DECLINED")
    weeks.settles()


def a_sick_day(weeks: Weeks) -> None:
    """Katharina falls ill on a Tuesday morning; later in the week Miriam is away for half a day."""
    weeks.acts(at(19, 5, 6, 40), "Katharina ist krank")
    put(weeks, "vogt", "krank", "krank", date(2026, 5, 19), 1)
    weeks.settles()
    weeks.acts(at(19, 5, 11, 15), "Friederike Hoffmann dankt, Gerhard Pohl fragt")
    weeks.writes("friederike.hoffmann@example.net", "Gute Besserung!")
    weeks.writes("gerhard.pohl@example.net", "Wann geht es denn weiter?")
    weeks.settles()
    weeks.acts(at(20, 5, 12, 30), "Miriam trägt „Fortbildung“ am Freitag von 9 bis 13 Uhr ein")
    start = datetime(2026, 5, 29, 9, tzinfo=BERLIN)
    weeks.house.put("aydin", "fort", files.timed("fort", "Fortbildung", start, 240))
    weeks.settles()
    weeks.acts(at(21, 5, 7, 45), "Miriam antwortet: ja")
    weeks.writes(AYDIN, "ja")
    weeks.settles()


def before_the_leave(weeks: Weeks) -> None:
    """The last days before it: second answers, a call settled by hand, a drag."""
    weeks.acts(
        at(26, 5, 12, 10),
        "Bernd Krause sagt zum zweiten Vorschlag ja; Dagmar Schuster hat am Telefon zugesagt",
    )
    tries(weeks, "bernd.krause@example.net", "ACCEPTED")
    typed(weeks, "vogt", "DS", "#yes")
    weeks.settles()
    weeks.acts(at(28, 5, 18, 30), "Jürgen Thiel sagt ab, Anna Lindner sagt nein")
    tries(weeks, "juergen.thiel@example.net", "DECLINED")
    tries(weeks, "anna.lindner@example.net", "DECLINED")
    weeks.settles()


def the_leave(weeks: Weeks) -> None:
    """She is away: what comes back goes to the office and to who covers."""
    weeks.acts(at(2, 6, 10, 20), "Ines Marquardt schreibt; Ceren Özdemir sagt nein")
    weeks.writes("ines.marquardt@example.net", "Bleibt es am 16. bei unserer Zeit?")
    tries(weeks, "ceren.oezdemir@example.net", "DECLINED")
    weeks.settles()
    weeks.acts(at(4, 6, 9, 20), "Fronleichnam: Klara Roth schreibt")
    weeks.writes("klara.roth@example.net", "Ich habe die andere Zeit noch im Kalender. Gilt die?")
    weeks.settles()
    weeks.until(at(12, 6, 19))
    weeks.says("plan", "plan")
    weeks.says("status", "status")
    weeks.says("office", "report", "--html", str(weeks.out / "office.html"), "--names")


def put(
    weeks: Weeks, therapist: str, name: str, title: str, first: date, days: int, extra: str = FREE
) -> None:
    """An all-day event."""
    weeks.house.put(therapist, name, files.all_day(f"{therapist}-{name}", title, first, days, extra))


def tries(weeks: Weeks, address: str, how: str) -> None:
    """An answer to the newest invitation; the log says where there is none."""
    try:
        weeks.answers(address, how)
        weeks.log.append(f"   ({address}: {how})")
    except IndexError:
        weeks.log.append(f"   ({address} hat keine Einladung)")


def typed(weeks: Weeks, therapist: str, initials: str, tag: str) -> None:
    """A tag behind the title of an entry of ours."""
    try:
        path = weeks.entry(therapist, initials)
    except AssertionError as none:
        weeks.log.append(f"   ({none})")
        return
    text = path.read_bytes().decode()
    line = next(one for one in text.splitlines() if one.startswith("SUMMARY:"))
    path.write_text(text.replace(line, f"{line} {tag}"), newline="")


ALL = (first_days, answers, a_sick_day, before_the_leave, the_leave)


def play(folder: Path, parts: int = len(ALL)) -> str:
    """The first so many parts of it; all that anybody reads is written to the folder. Says how much each reads."""
    with TemporaryDirectory() as work, SmtpServer(Path(work) / "mail") as post:
        house = praxis(Path(work), post)
        with house.at(BEGIN):
            weeks = Weeks(house, folder, BEGIN)
            for part in ALL[:parts]:
                part(weeks)
    return weeks.counted()
