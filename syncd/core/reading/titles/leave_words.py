"""Words by which titles speak of leave, in English, German, French, Spanish, Italian and Dutch.

Those that settings may change are `leave_words` there (`Policy`); these hold whatever stands in the settings.
"""

from __future__ import annotations

from syncd.core.reading.titles.words import lexicon

SICKNESS = (
    *("sick", "sick day", "off sick", "out sick", "ill", "unwell", "sickness"),
    *("krank", "krank gemeldet", "krankgemeldet", "krankmeldung", "krank geschrieben", "krankgeschrieben"),
    *("krankheit", "malade", "arrêt maladie", "arrêt de travail", "congé maladie", "maladie"),
    *("enfermo", "enferma", "enfermedad", "baja médica", "baja por enfermedad", "baja por enfermo"),
    *("malato", "malata", "malattia", "ziek", "ziek thuis", "ziek gemeld", "ziekgemeld", "ziekmelding"),
)
AWAY = (
    *("time off", "out of the office", "practice closed", "office closed"),
    *(
        "elternzeit",
        "mutterschutz",
        "praxis geschlossen",
        "praxis ist geschlossen",
        "praxis zu",
        "überstundenabbau",
        "überstunden abfeiern",
        "überstunden abbauen",
        "überstunden abbummeln",
    ),
    *("cabinet fermé", "absent du bureau", "absente du bureau", "congé maternité", "congé maternel"),
    *("congé parental", "congé paternité", "fuera de la oficina", "consulta cerrada"),
    *("permiso de maternidad", "permiso de paternidad", "permiso parental", "fuori ufficio"),
    *("studio chiuso", "congedo parentale", "praktijk gesloten", "zwangerschapsverlof", "ouderschapsverlof"),
)

# Mean leave where a title says nothing else: "off", not "kick-off"; "flu", not "flu jab".
ILL_ALONE = (
    *("flu", "covid", "corona", "migraine", "migräne", "grippe", "fieber", "magen darm", "au"),
    *("gastro", "fièvre", "gripe", "fiebre", "influenza", "febbre", "griep", "koorts", "de baja"),
)
AWAY_ALONE = (
    *("off", "day off work", "day off", "days off", "pto", "vacay", "a l", "rtt", "jour de repos"),
    *("freier tag", "urlaubstag", "urlaubstage", "urlaubswoche", "día libre", "giorno libero"),
    *("vrije dag", "snipperdag"),
)

# Neither leave for sure nor to be passed over: asked about.
HINTS = (
    *("away", "absent", "travelling", "traveling", "conference", "congress", "retreat", "surgery"),
    *("hospital", "closed", "abwesend", "verreist", "nicht da", "frei", "kongress", "konferenz"),
    *("brückentag", "brückentage"),
    *("tagung", "fortbildung", "dienstreise", "geschlossen", "reha", "krankenhaus", "klausur"),
    *("absente", "déplacement", "formation", "colloque", "fermé", "hôpital", "ausente", "de viaje"),
    *("congreso", "cerrado", "hospital", "assente", "convegno", "congresso", "trasferta", "chiuso"),
    *("ospedale", "afwezig", "congres", "gesloten", "ziekenhuis", "nascholing"),
)

# What is said before a leave word without saying whose it is; not the seasons before "Ferien" and "holidays", which
# schools have.
KINDS = {
    "urlaub": (
        *("sommer", "winter", "herbst", "frühjahrs", "fruehjahrs", "frühlings", "fruehlings"),
        *("weihnachts", "oster", "pfingst", "silvester", "neujahrs", "faschings", "karnevals"),
        *(
            "jahres",
            "rest",
            "haupt",
            "kurz",
            "erholungs",
            "sonder",
            "bildungs",
            "zusatz",
            "familien",
            "eltern",
        ),
        *("ski", "bade", "strand", "wander", "rad", "camping", "betriebs", "praxis"),
    ),
    "ferien": ("betriebs", "praxis"),
    "leave": (
        *("summer ", "winter ", "spring ", "autumn ", "christmas ", "easter "),
        *("annual ", "paid ", "unpaid ", "family ", "parental ", "maternity ", "paternity "),
        *("study ", "compassionate ", "medical ", "sick "),
    ),
    "vacation": ("annual ", "family ", "ski "),
    "ferie": ("fine ", "settimana di "),
}

# Seasons before "Ferien", "vacation": a school's, or hers. Where her name stands beside it, it is hers.
SEASONS = lexicon(
    "summer winter spring autumn fall christmas easter sommer herbst frühjahr ete hiver noel verano invierno navidad "
    "estive estate inverno natale zomer kerst"
)
# Beside these words alone they say when: "Ferien Ostern" and "Christmas vacation" are what schools have, too.
FEASTS = lexicon("ostern karneval fasching weihnachten pfingsten silvester neujahr")
ONES_OWN = lexicon("urlaub resturlaub jahresurlaub")
WITH = lexicon("mit with con avec met")  # who is named behind it goes along

MONTHS = lexicon(
    "january february march april may june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec januar februar marz maerz mai juni juli oktober dezember okt dez janvier fevrier mars "
    "avril juin juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto "
    "septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre "
    "januari februari maart mei augustus"
)
WEEKDAYS = lexicon(
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun montag dienstag mittwoch "
    "donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so lundi mardi mercredi jeudi vendredi samedi "
    "dimanche lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi sabato "
    "domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
# Say who, when, where or how much of it, and nothing about whose leave it is.
GLUE = lexicon(
    "i'm am im in on at to from until till through the my me is of bin ich habe hab ist bis vom zum von am auf "
    "nach heute morgen today tomorrow je suis j'ai en de du a au aux jusqu'au jusque le la les estoy soy hasta "
    "desde al el los las sono ho fino dal del della nel nella ik ben heb is op tot van tag tage day days "
    "woche wochen week weeks kw semaine jour jours de semana dia dias settimana giorno giorni dag dagen weken "
    "ganztagig ganztags all bruckentag jahres annual annuel annuels anual maternite maternidad thuis "
    "endlich finally ok okay genehmigt beantragt approved booked gebucht hat has habt zuhause home work "
    "away absent abwesend verreist absente ausente assente afwezig"
)
PLACES = lexicon(
    "deutschland germany allemagne alemania germania duitsland osterreich austria autriche oostenrijk schweiz "
    "switzerland suisse suiza svizzera zwitserland italien italy italie italia frankreich france francia frankrijk "
    "spanien spain espagne espana spagna spanje portugal portogallo griechenland greece grece grecia griekenland "
    "kroatien croatia croatie croacia croazia kroatie turkei turkey turquie turquia turchia turkije danemark denmark "
    "dinamarca danimarca denemarken daenemark schweden sweden suede suecia svezia zweden norwegen norway norvege "
    "noruega norvegia noorwegen finnland finland polen poland pologne polonia ungarn hungary tschechien slowenien "
    "slovenia slovenie england scotland schottland ecosse escocia scozia schotland irland ireland irlande irlanda "
    "ierland wales island iceland niederlande holland netherlands belgien belgium belgique belgie agypten egypt "
    "marokko morocco maroc marruecos marocco tunesien usa amerika kanada canada mexiko mexico thailand japan "
    "bali indien india australien australia neuseeland kuba cuba malta zypern cyprus mallorca menorca ibiza "
    "teneriffa tenerife kanaren canarias lanzarote fuerteventura kreta crete creta rhodos kos korfu corfu korsika "
    "corsica corse sardinien sardinia sardaigne sardegna sizilien sicily sicile sicilia toskana tuscany toscane "
    "toscana provence bretagne brittany normandie normandy bayern allgau tirol tyrol sudtirol gardasee bodensee "
    "ostsee nordsee sylt rugen usedom amrum fohr harz schwarzwald alpen alps alpes alpi alpen dolomiten cornwall "
    "devon london paris rom rome roma wien vienna berlin hamburg lissabon lisbon barcelona venedig venice"
)
