from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.config import Settings
from app.models import Identity, Membership, UserSession
from app.web.sign_in import announcing
from tests.web.sign_in.dancing import who

TOKEN = "the-token-of-this-start"
PAGE = f"/login/development?token={TOKEN}"
CAST = ["olga", "mia", "sam", "vic", "stan", "ada"]


@pytest.fixture
def carte(make_app):
    return make_app(CARTE_DEV_LOGIN_TOKEN=TOKEN)


def choose(post, browser, person, **form):
    return post(browser, "/login/development", {"person": person, "token": TOKEN, **form})


def test_the_page_shows_the_cast_and_what_each_is_now(carte, session):
    page = carte.test_client().get(PAGE).text

    assert re.findall(r'name="person" value="(\w+)"', page) == CAST
    assert ">Olga, owner of two restaurants" in page
    assert ">Mia, manager of Urban Burger" in page
    assert ">Ada, administrator of the installation" in page

    stan = session.scalars(select(Identity).where(Identity.subject == "stan")).one().user
    stan.name = "Stanley Novak"
    session.delete(session.scalars(select(Membership).where(Membership.user_id == stan.id)).one())
    assert "Stanley, in no restaurant yet" in carte.test_client().get(PAGE).text


@pytest.mark.parametrize("person", CAST)
def test_choosing_signs_in(carte, post, session, person):
    browser = carte.test_client()

    answer = choose(post, browser, person)

    assert (answer.status_code, answer.location) == (302, "/admin/")
    assert who(browser) == person
    assert session.scalars(select(UserSession)).one().provider == "development"


def test_olga_starts_in_urban_burger(carte, post):
    browser = carte.test_client()
    choose(post, browser, "olga")

    [body] = re.findall("<body[^>]+>", browser.get("/restaurant/").text)
    assert 'data-role="owner"' in body
    assert 'data-restaurant="urban-burger"' in body


def test_a_token_serves_any_number_of_times(carte, post):
    for person in ("olga", "mia", "olga"):
        browser = carte.test_client()
        assert choose(post, browser, person).status_code == 302


@pytest.mark.parametrize("token", ["", "?token=", "?token=outdated", "?token=%C3%A9", f"?token={TOKEN}x"])
def test_a_bad_token_is_told_how_to_get_a_fresh_one_without_the_cast(carte, post, token):
    browser = carte.test_client()

    answer = browser.get(f"/login/development{token}")

    assert answer.status_code == 403
    assert "printed after “Sign in:” in your terminal" in answer.text
    assert "Olga" not in answer.text
    assert "can give you a role" not in answer.text
    answer = post(browser, "/login/development", {"person": "olga", "token": token})
    assert answer.status_code == 403
    assert who(browser) is None


def test_choosing_needs_csrf(carte):
    browser = carte.test_client()

    assert browser.post("/login/development", data={"person": "olga", "token": TOKEN}).status_code == 400
    assert who(browser) is None


@pytest.mark.parametrize("person", ["", "nobody", "OLGA", "olga@example.com"])
def test_nobody_else_is_chosen(carte, post, person):
    assert choose(post, carte.test_client(), person).status_code == 400


def test_a_disabled_person_is_not_chosen(carte, post, session):
    session.scalars(select(Identity).where(Identity.subject == "sam")).one().user.disabled_at = datetime.now(
        UTC
    )

    assert "Sam, disabled" in carte.test_client().get(PAGE).text
    answer = choose(post, carte.test_client(), "sam")
    assert answer.status_code == 403
    assert "You cannot come in yet" in answer.text
    assert "can give you a role" not in answer.text


def test_an_account_that_calls_itself_olga_is_not_the_cast(carte, post, session):
    sam = session.scalars(select(Identity).where(Identity.subject == "sam")).one()
    session.add(Identity(user=sam.user, issuer="https://x.example", subject="zoe", created_at=sam.created_at))

    assert "zoe" not in carte.test_client().get(PAGE).text
    assert choose(post, carte.test_client(), "zoe").status_code == 400


@pytest.mark.parametrize(
    "more",
    [
        {"environ_base": {"REMOTE_ADDR": "192.168.0.7"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"X-Forwarded-Proto": "http"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"True-Client-IP": "127.0.0.1"}},
        {"headers": {"X-Real-IP": "127.0.0.1"}},
    ],
)
def test_from_elsewhere_there_is_nothing(carte, post, more):
    browser = carte.test_client()

    assert browser.get(PAGE, **more).status_code == 404
    answer = post(browser, "/login/development", {"person": "olga", "token": TOKEN}, **more)
    assert answer.status_code == 404
    assert who(browser) is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_names_of_this_machine(make_app, host):
    app = make_app(CARTE_DEV_LOGIN_TOKEN=TOKEN, CARTE_PUBLIC_URL="http://localhost:5000")

    assert app.test_client().get(PAGE, base_url=f"http://{host}:5000").status_code == 200


def test_another_name_of_this_machine_is_not_enough(make_app):
    app = make_app(CARTE_DEV_LOGIN_TOKEN=TOKEN, CARTE_PUBLIC_URL="http://carte.example")

    assert app.test_client().get(PAGE).status_code == 404


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({"CARTE_DEV_LOGIN": "0"}, None),
        ({"CARTE_DEV_LOGIN_TOKEN": ""}, None),
        (
            {"CARTE_BIND": "0.0.0.0"},
            "The development sign-in is off: 0.0.0.0 can be reached from other machines.",
        ),
        (
            {"CARTE_ENV": "production", "CARTE_PUBLIC_URL": "https://localhost", "SECRET_KEY": "k" * 40},
            "The development sign-in is off: it needs CARTE_ENV=development.",
        ),
    ],
)
def test_where_it_may_not_be_it_is_not(make_app, env, line):
    app = make_app(**{"CARTE_DEV_LOGIN_TOKEN": TOKEN, **env})

    assert app.test_client().get(PAGE).status_code == 404
    assert app.config["SETTINGS"].dev_login_refusal == line


def test_credentials_do_not_remove_it(make_app):
    google = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "secret"}

    assert make_app(CARTE_DEV_LOGIN_TOKEN=TOKEN, **google).test_client().get(PAGE).status_code == 200


def test_without_the_sample_people_it_says_how_to_load_them(make_bare_app):
    page = make_bare_app(CARTE_DEV_LOGIN_TOKEN=TOKEN).test_client().get(PAGE)

    assert page.status_code == 200
    assert "flask fixtures load" in page.text


def test_the_link_and_the_redirect_uris_for_the_operator():
    env = {
        "CARTE_ENV": "development",
        "SECRET_KEY": "x",
        "CARTE_DEV_LOGIN": "1",
        "CARTE_DEV_LOGIN_TOKEN": "t",
        "DATABASE_URL": "sqlite:////x",
    }
    env |= {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "secret"}
    settings = Settings.from_env(env)

    assert announcing.sign_in_link(settings) == "http://localhost:5000/login/development?token=t"
    assert announcing.sign_in_link(replace(settings, dev_login=False)) == "http://localhost:5000/login"
    assert announcing.notes(settings) == [
        "Redirect URI for GitHub: http://localhost:5000/login/github/authorized"
    ]
