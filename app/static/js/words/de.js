// Made by bin/translate from messages.po.
export default {
  "%(cell)s: %(value)s. Edit": "%(cell)s: %(value)s. Bearbeiten",
  "%(name)s saved.": "%(name)s gespeichert.",
  "%(switch)s off.": "%(switch)s aus.",
  "Before: ": "Vorher: ",
  "Copied": "Kopiert",
  "Dismiss": "Schließen",
  "Enter saves yours, Esc keeps theirs.": "Enter speichert Ihres, Esc behält das andere.",
  "It is as you wanted it already.": "Es ist schon so, wie Sie es wollten.",
  "Keep": "Behalten",
  "No": "Nein",
  "Saved meanwhile: ": "Inzwischen gespeichert: ",
  "The server did not answer, so this may not be saved. Try again.": "Der Server hat nicht geantwortet; vielleicht wurde nicht gespeichert. Versuchen Sie es noch einmal.",
  "This cannot be looked up now. Reload the page.": "Das lässt sich gerade nicht nachschlagen. Laden Sie die Seite neu.",
  "This could not be kept. Try again.": "Das ließ sich nicht merken. Versuchen Sie es noch einmal.",
  "Tick at least one row first.": "Haken Sie zuerst mindestens einen Eintrag an.",
  "Undo": "Rückgängig",
  "Yes": "Ja",
  "You are signed out. Sign in again to go on.": "Sie sind abgemeldet. Melden Sie sich noch einmal an.",
  "Yours: ": "Ihres: "
};
