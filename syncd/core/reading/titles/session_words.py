"""Words that titles of sessions carry beside a client, in English, German, French, Spanish, Italian and Dutch."""

from __future__ import annotations

from syncd.core.reading.titles.words import lexicon

# As `words` has them: lower case, without accents.
SESSION = lexicon(
    "session sessions appointment appt meeting therapy psychotherapy treatment counselling counseling weekly "
    "biweekly "
    "fortnightly intake follow up check in client patient ongoing "
    "sitzung einzelsitzung doppelsitzung einzel einzeltherapie termin stunde doppelstunde einzelstunde therapie "
    "psychotherapie erstgesprach gesprach sprechstunde probatorik probatorisch probatorische akut akutbehandlung "
    "wochentlich zweiwochentlich zweiwochig vierzehntagig tagig tagl abschluss abschlusssitzung abschlussgesprach "
    "abschlussstunde abschlusstermin zwischenbilanz bilanzgesprach patient patientin klient klientin "
    "seance rdv rendez vous consultation therapie entretien suivi hebdomadaire "
    "sesion sesiones cita terapia psicoterapia consulta semanal paciente "
    "seduta sedute colloquio appuntamento terapia psicoterapia paziente "
    "sessie sessies afspraak gesprek consult therapie behandeling client clienten wekelijks"
)
MODES = lexicon(
    "online video zoom teams skype meet phone telephone tel telefon telefonisch fon facetime jitsi webex doxy call "
    "videocall videotelefonie videosprechstunde praxis persoenlich personlich vor ort person per via live "
    "visio telephone teleconsultation cabinet presentiel telefono videollamada presencial videochiamata studio "
    "presenza telefonata beeldbellen praktijk"
)
METHODS = lexicon(
    "emdr vt kvt cbt dbt act tp ap pa lzt kzt ktz kzt1 kzt2 schema trauma tfp ipt akt privat selbstzahler kasse gkv "
    "pkv neu new nouveau nuevo nuovo nieuw letzte last erste first derniere premiere ultima primera prima laatste "
    "eerste"
)
TITLES = lexicon(
    "frau herr hr fr mrs ms miss mr mme mlle madame monsieur sra sr srta senora senor sig signora signor sigra ra "
    "mevr mw mevrouw dhr meneer dr prof"
)
LINKS = lexicon("with mit avec con met for fur pour para per voor von at um a alle ore office buro beim")
ROOMS = lexicon("room raum zimmer zi salle sala stanza kamer studio cabinet")
UNITS = lexicon(
    "uhr uur u h am pm min mins minute minutes minuten minuti minutos minuut nr no num nummer std"
)

# What is done about a client while they are not there, or said of a session that does not take place.
NOTED = lexicon(
    "cancelled canceled cancel cancels moved postponed rescheduled off free invoice invoices report letter "
    "note notes "
    "back birthday bday noshow email mail paid bill referral show pick drinks dinner party application "
    "supervision lunch coffee "
    "absage abgesagt verschoben verlegt ausgefallen entfallt entfall fallt frei rechnung rechnungen re "
    "bericht brief absagen sagt abholen rezept verlangerung "
    "antrag gutachten befund protokoll ruckruf zuruckrufen anrufen geburtstag schreiben vorbereiten vorbereitung "
    "storniert bezahlt ruckmeldung verlangerungsantrag ausfallhonorar "
    "annule annulee absent absente annulation reporte reportee facture anniversaire rapport courrier rappeler "
    "dossier "
    "cancelado cancelada anulado anulada aplazado aplazada viene factura cumpleanos informe llamar preparar "
    "annullato annullata disdetta spostato spostata fattura compleanno relazione richiamare preparare "
    "afgemeld afgezegd geannuleerd verzet verplaatst factuur verjaardag verslag bellen terugbellen brief voorbereiden"
)
NOTED_STEMS = ("prep", "doku", "vorbereit", "protokoll")
NOTED_ENDS = ("vorbereitung", "protokoll", "rechnung", "bericht", "antrag")
