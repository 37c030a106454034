// Made by bin/translate from messages.po.
export default {
  "%(cell)s: %(value)s. Edit": "%(cell)s: %(value)s. Bearbeiten",
  "%(dish)s: not done. %(why)s": "%(dish)s: nicht getan. %(why)s",
  "%(name)s saved.": "%(name)s gespeichert.",
  "%(num)s choice": [
    "%(num)s Möglichkeit",
    "%(num)s Möglichkeiten"
  ],
  "%(num)s dish": [
    "%(num)s Gericht",
    "%(num)s Gerichte"
  ],
  "%(num)s result": [
    "%(num)s Treffer",
    "%(num)s Treffer"
  ],
  "%(num)s tap is not sent yet. It is kept, and sent as soon as there is a connection.": [
    "%(num)s Eingabe ist noch nicht gesendet. Sie bleibt und wird gesendet, sobald es eine Verbindung gibt.",
    "%(num)s Eingaben sind noch nicht gesendet. Sie bleiben und werden gesendet, sobald es eine Verbindung gibt."
  ],
  "%(said)s Sent at %(time)s.": "%(said)s Gesendet um %(time)s.",
  "%(switch)s off.": "%(switch)s aus.",
  "%(switch)s on.": "%(switch)s an.",
  "Before:": "Vorher:",
  "Choices": "Auswahl",
  "Choose a day and a time.": "Wählen Sie Tag und Uhrzeit.",
  "Copied": "Kopiert",
  "Dismiss": "Schließen",
  "Do it all the same": "Trotzdem tun",
  "Enter saves yours, Esc keeps theirs.": "Enter speichert Ihres, Esc behält das andere.",
  "It is as you wanted it already.": "Es ist schon so, wie Sie es wollten.",
  "It is now:": "Es ist jetzt:",
  "It was:": "Es war:",
  "Keep": "Behalten",
  "Leave": "Verlassen",
  "Leave without saving?": "Ohne Speichern verlassen?",
  "No": "Nein",
  "Not done. %(why)s": "Nicht getan. %(why)s",
  "Not sent yet": "Noch nicht gesendet",
  "Nothing can be found at the moment. Try again.": "Im Moment lässt sich nichts finden. Versuchen Sie es noch einmal.",
  "Nothing is called “%(words)s” within your reach.": "Nichts in Ihrer Reichweite heißt „%(words)s“.",
  "Nothing matches.": "Nichts passt.",
  "Saved meanwhile:": "Inzwischen gespeichert:",
  "Searching …": "Suche läuft …",
  "Sold out": "Ausverkauft",
  "Stay": "Bleiben",
  "Taken out.": "Herausgenommen.",
  "That time is over already. Choose a later one.": "Dieser Zeitpunkt ist schon vorbei. Wählen Sie einen späteren.",
  "The server did not answer, so this may not be saved. Try again.": "Der Server hat nicht geantwortet; vielleicht wurde nicht gespeichert. Versuchen Sie es noch einmal.",
  "There is no connection. Try again.": "Es gibt keine Verbindung. Versuchen Sie es noch einmal.",
  "This cannot be looked up now. Reload the page.": "Das lässt sich gerade nicht nachschlagen. Laden Sie die Seite neu.",
  "This could not be kept. Try again.": "Das ließ sich nicht merken. Versuchen Sie es noch einmal.",
  "Tick at least one row first.": "Haken Sie zuerst mindestens einen Eintrag an.",
  "Undo": "Rückgängig",
  "Until I say": "Bis auf Weiteres",
  "Until a time …": "Bis zu einer Uhrzeit …",
  "What you typed on this page is not saved yet.": "Ihre Eingaben auf dieser Seite sind noch nicht gespeichert.",
  "Yes": "Ja",
  "You are signed out. Sign in again to go on.": "Sie sind abgemeldet. Melden Sie sich noch einmal an.",
  "You are signed out. Sign in to go on.": "Sie sind abgemeldet. Melden Sie sich an, um weiterzumachen.",
  "You are signed out. Sign in to send %(num)s tap.": [
    "Sie sind abgemeldet. Melden Sie sich an, um %(num)s Eingabe zu senden.",
    "Sie sind abgemeldet. Melden Sie sich an, um %(num)s Eingaben zu senden."
  ],
  "You wanted:": "Sie wollten:",
  "Yours:": "Ihre Fassung:",
  "it is not on your menus any more.": "es steht nicht mehr auf Ihren Karten.",
  "none yet": "noch keiner",
  "on the menu": "auf der Karte",
  "since %(when)s": "seit %(when)s",
  "since %(when)s, by %(name)s": "seit %(when)s, von %(name)s",
  "sold out %(until)s": "ausverkauft %(until)s"
};
