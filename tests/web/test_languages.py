"""Carte speaks the language of its reader: the one they chose, else one their browser asks for."""

from __future__ import annotations

import pytest

from app.domain import naming
from app.domain.errors import Invalid
from app.domain.words import Phrase
from app.saying import said, size
from tests.support.pages import Page
from tests.support.rows import Rows

pytestmark = pytest.mark.usefixtures("app")

_GERMAN = {"Accept-Language": "de-AT, de;q=0.9, en;q=0.5"}


@pytest.mark.parametrize(
    ("person", "path", "words"),
    [
        (None, "/login", "Anmelden"),
        (None, "/nowhere", "Hier ist nichts"),
        (None, "/restaurant/", "Alle Restaurants"),
        ("olga", "/admin/", "Übersicht"),
        ("olga", "/admin/items/", "Ausverkauft"),
        ("olga", "/admin/items/new/", "Neues Gericht"),
        ("olga", "/admin/account/", "Wo ich angemeldet bin"),
        ("vic", "/admin/people/", "Das dürfen Sie nicht"),
    ],
)
def test_whoever_reads_german_reads_german(client, sign_in, person, path, words):
    reader = sign_in(person) if person else client

    page = reader.get(path, headers=_GERMAN).text

    assert '<html lang="de" data-words="de"' in page
    assert words in page


@pytest.mark.parametrize(
    ("asked", "lang"),
    [("fr", "en"), ("fr, de;q=0.5", "de"), ("fr, en;q=0.8, de;q=0.5", "en"), ("", "en")],
)
def test_a_language_that_carte_does_not_speak_gives_way_to_the_next(client, asked, lang):
    assert f'<html lang="{lang}"' in client.get("/login", headers={"Accept-Language": asked}).text


def test_what_somebody_chose_goes_before_what_their_browser_asks_for(sign_in, session):
    sam = sign_in("sam")
    user = Rows(session).user("sam")

    for chosen, asked in (("en", "de"), ("de", "en")):
        user.language = chosen
        session.commit()
        assert f'<html lang="{chosen}"' in sam.get("/admin/", headers={"Accept-Language": asked}).text


def test_a_refusal_names_fields_and_faults_in_the_language_of_its_reader(app, client):
    @app.get("/refused")
    def refused():
        raise Invalid({"section_id": "This cannot be empty."})

    page = client.get("/refused", headers=_GERMAN).text

    assert 'Rubrik: <span class="error" data-error-for="section_id">Das darf nicht leer sein.</span>' in page


def test_what_is_wrong_in_a_form_is_said_in_the_language_of_its_reader(sign_in, post, session):
    olga, section = sign_in("olga"), Rows(session).section()
    start = Page(olga.get("/admin/items/new/")).fields()
    typed = {**start, "section": str(section.id), "name": "x" * 161, "price": "drei"}

    faults = Page(post(olga, "/admin/items/new/", typed, headers=_GERMAN)).texts("data-error-for")

    assert faults == {
        "name": "Bitte höchstens 160 Zeichen; das hier hat 161.",
        "price": "„drei“ ist kein Preis; geben Sie einen ein wie 3,25.",
    }
    start = Page(olga.get("/admin/people/new/")).fields()
    refused = post(
        olga, "/admin/people/new/", {**start, "email": "a@b.example", "role": "x"}, headers=_GERMAN
    )
    assert Page(refused).texts("data-error-for") == {"role": "Keine gültige Auswahl."}


def test_lists_numbers_and_sizes_are_written_as_their_reader_does(app):
    roles = Phrase("Choose one of: %(roles)s.", roles=(naming.role("owner"), naming.role("staff")))
    most = Phrase("This changed more than %(most)s rows; it can only be put back from a backup.", most=1000)

    with app.test_request_context(headers=_GERMAN):
        texts = said(roles), said(most)
        sizes = size(2_097_152), size(512)

    assert "Inhaber und Mitarbeiter" in texts[0]
    assert "1.000 Einträge" in texts[1]
    assert sizes == ("2,1 MB", "0,5 kB")
    assert str(roles) == "Choose one of: owner, staff."
