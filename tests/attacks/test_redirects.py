"""Addresses that would lead off the site, wherever Carte goes on to where it is told."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from tests.support.elsewhere import ELSEWHERE, EVIL, led_away
from tests.support.pages import Page
from tests.support.rows import Rows, row_id
from tests.support.telling import newest

_SETTINGS = {"CARTE_DEV_LOGIN_TOKEN": "sesame"}


@pytest.fixture
def carte(make_app):
    return make_app(**_SETTINGS)


def _shown(answer) -> list[str]:
    """Return where the links, forms and hidden fields of a page lead, of those that lead to EVIL."""
    page = Page(answer)
    places = [attrs[name] for name in ("href", "action", "formaction", "src") for attrs, _ in page.all(name)]
    places += [attrs["value"] for attrs, _ in page.all("value", "input") if attrs.get("type") == "hidden"]
    return [place for place in places if EVIL in place.partition("?")[0]]


def test_the_sign_in_leads_nowhere_else(carte, sign_in, post):
    """The page for whoever is signed in already, the page's own forms, and the development sign-in."""
    olga, wrong = sign_in("olga", carte), []
    for place in ELSEWHERE:
        query = urlencode({"next": place})
        guest = carte.test_client()
        person = {"person": "olga", "token": "sesame", "next": place}
        answers = {
            "signed in": olga.get(f"/login?{query}"),
            "guest": guest.get(f"/login?{query}"),
            "the cast": guest.get(f"/login/development?token=sesame&{query}"),
            "chosen": post(guest, "/login/development", person),
        }
        assert [answer.status_code for answer in answers.values()] == [302, 200, 200, 302], place
        wrong += [(place, name) for name, answer in answers.items() if led_away(answer) or _shown(answer)]
    assert wrong == []


def test_nobody_is_led_off_by_the_way_back_to_the_sign_in(carte):
    """What a guest asked for comes back as `next`, encoded whole, and is judged again there."""
    for place in ELSEWHERE:
        for address in (f"/admin/{quote(place)}", f"/admin/items/?{urlencode({'url': place})}"):
            answer = carte.test_client().get(address)
            while answer.status_code == 308:
                assert not led_away(answer), place
                answer = carte.test_client().get(answer.location)
            assert answer.status_code == 302, place
            assert answer.location.startswith("/login?next=%2Fadmin"), place
            assert "&" not in answer.location, place


def test_signing_out_and_accepting_lead_nowhere_else(carte, sign_in, post):
    for place in ELSEWHERE[::4]:
        olga = sign_in("olga", carte)
        query = urlencode({"next": place, "url": place})
        answer = post(
            olga, f"/logout?{query}", {"next": place, "url": place}, headers={"Referer": f"//{EVIL}"}
        )
        assert (answer.status_code, answer.location) == (302, "/login"), place


def test_saving_leads_nowhere_else(carte, sign_in, post, rows: Rows):
    """`url` in the address, in the form, and in both, with each of the three buttons."""
    olga, item = sign_in("olga", carte), rows.item()
    buttons = ({}, {"_add_another": "1"}, {"_continue_editing": "1"})
    wrong, path = [], f"/admin/items/edit/?id={item.id}"
    form = Page(olga.get(path)).fields()
    for number, place in enumerate(ELSEWHERE[::2]):
        query = urlencode({"url": place})
        data = {**form, "row_version": rows.again(item).version, "url": place, **buttons[number % 3]}
        answer = post(olga, f"{path}&{query}", {**data, "name": f"Fries {number}"})
        assert answer.status_code == 302, place
        if led_away(answer) or EVIL in answer.location:
            wrong.append((place, answer.location))
    assert wrong == []


def test_no_page_shows_a_way_elsewhere(carte, sign_in, rows: Rows):
    """Its Back and Cancel links, its forms, its hidden fields."""
    olga, item = sign_in("olga", carte), row_id(rows.item())
    change = newest(rows, rows.item())
    pages = [f"/admin/items/{page}/?id={item}" for page in ("details", "edit", "deletion")]
    pages += ["/admin/items/new/?", "/admin/people/new/?", "/admin/items/?", "/admin/?"]
    pages += [f"/admin/history/changes/{change.id}/restoration?", f"/admin/history/acts/{change.act}/?"]
    wrong = []
    for number, place in enumerate(ELSEWHERE):
        page = pages[number % len(pages)]
        answer = olga.get(f"{page}&{urlencode({'url': place, 'next': place, 'return_url': place})}")
        assert answer.status_code == 200, (page, place)
        if _shown(answer):
            wrong.append((page, place, _shown(answer)))
    assert wrong == []


def test_deleting_batches_and_undo_lead_nowhere_else(carte, sign_in, post, rows: Rows):
    olga = sign_in("olga", carte)
    places = ELSEWHERE[1::2]
    rows.add_items(len(places))
    numbers = [row_id(item) for item in rows.items() if item.name.startswith("Dish ")]
    for turn, (number, place) in enumerate(zip(numbers, places, strict=True)):
        query = urlencode({"url": place})
        if turn % 3:
            answers = [post(olga, f"/admin/items/delete/?{query}", {"id": number, "url": place})]
        else:
            batch = {"action": "sold_out", "rowid": number, "url": place}
            answers = [post(olga, f"/admin/items/action/?{query}", batch)]
            undo = Page(olga.get("/admin/", follow_redirects=True)).undo
            answers += [post(olga, f"{undo}?{query}", {"url": place, "next": place})]
        assert {answer.status_code for answer in answers} == {302}, place
        assert not [answer.location for answer in answers if led_away(answer)], place
