"""My account: oneself, the ways to sign in, the sessions, the restaurants; never anybody else's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from app.admin.account import devices
from app.models import Identity, UserSession
from app.services import signing_in
from tests.support.aging import age_sessions
from tests.support.pages import Page
from tests.support.racing import race
from tests.support.rows import AT, OWN, SECOND, Rows, row_id

ACCOUNT = "/admin/account/"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"


#: With these, both kinds of Sam's accounts can sign him in.
WAYS = {
    "GOOGLE_OAUTH_CLIENT_ID": "id",
    "GOOGLE_OAUTH_CLIENT_SECRET": "secret",
    "CARTE_DEV_LOGIN_TOKEN": "the-token-of-this-start",
}


@pytest.fixture
def carte(make_app):
    return make_app(**WAYS)


@pytest.fixture
def sam(sign_in, carte):
    return sign_in("sam", carte)


def page_of(browser) -> Page:
    return Page(browser.get(ACCOUNT))


def begin(rows: Rows, key: str, agent: str = FIREFOX) -> Any:
    at = datetime.now(UTC)
    signing_in.begin(rows.session, rows.user(key), provider="google", user_agent=agent, at=at)
    rows.session.commit()
    return rows.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()


def give_account(rows: Rows, user_id: int, subject: str = "77") -> Identity:
    row = Identity(
        user_id=user_id,
        issuer="https://accounts.google.com",
        subject=subject,
        email="sam@elsewhere.example",
        created_at=AT,
    )
    rows.session.add(row)
    rows.session.commit()
    return row


# Oneself


def test_the_name_leads_here_from_everywhere(sam):
    for path in ("/", "/restaurant/", "/admin/items/", "/nonexistent"):
        assert ACCOUNT in Page(sam.get(path)).links
    # It is no place of the menu; on a phone, where the name is initials, the sheet has it at its foot.
    groups = re.search('class="side-groups".*?class="side-foot"', sam.get("/admin/").text, re.DOTALL)[0]
    assert "My account" not in groups


def test_name_language_and_clock_are_saved_and_at_work(sam, post, rows: Rows):
    begin(rows, "sam")
    form = {**page_of(sam).fields(), "name": " Samuel  Okafor ", "language": "de", "time_zone": "Asia/Tokyo"}

    answer = post(sam, ACCOUNT, form)

    assert (answer.status_code, answer.location) == (302, ACCOUNT)
    user = rows.user("sam")
    assert (user.name, user.language, user.time_zone) == ("Samuel  Okafor", "de", "Asia/Tokyo")
    page = sam.get(ACCOUNT)
    assert Page(page).flashes == [("success", "Saved.")]
    assert "Zeiten stehen in der Zone Asia/Tokyo" in page.text
    signed_in = rows.session.scalars(select(UserSession).order_by(UserSession.id)).first().created_at
    assert f"{signed_in + timedelta(hours=9):%d.%m.%Y, %H:%M}" in page.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "x" * 121),
        ("name", "a\x00b"),
        ("language", "xx-nothing"),
        ("language", "x" * 10_000),
        ("time_zone", "Moon/Base"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", "localtime"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_is_kept(
    sam, post, rows: Rows, field, typed
):
    form = {**page_of(sam).fields(), "name": "Kept as typed", "language": "fr", field: typed}

    answer = post(sam, ACCOUNT, form)

    assert answer.status_code == 422
    assert list(Page(answer).texts("data-error-for")) == [field]
    if field != "name":
        assert 'value="Kept as typed"' in answer.text
    assert (rows.user("sam").name, rows.user("sam").language) == ("Sam Okafor", "")


def test_nothing_else_of_oneself_is_changed(sam, post, rows: Rows):
    now = "2026-01-01T00:00:00"
    form = {**page_of(sam).fields(), "email": "x@y.example", "administrator_since": now, "id": "1"}

    assert post(sam, ACCOUNT, form).status_code == 302

    user = rows.user("sam")
    assert (user.email, user.administrator_since) == ("sam@example.com", None)


def test_what_was_saved_in_another_tab_is_not_overwritten(sam, post, rows: Rows):
    form = page_of(sam).fields()
    assert post(sam, ACCOUNT, {**form, "name": "Samuel"}).status_code == 302

    answer = post(sam, ACCOUNT, {**form, "name": "Sammy", "language": "de"})

    assert answer.status_code == 409
    page = Page(answer)
    assert list(page.texts("data-conflict-for")) == ["name"]
    assert rows.user("sam").name == "Samuel"
    assert post(sam, ACCOUNT, page.fields()).status_code == 302
    assert (rows.user("sam").name, rows.user("sam").language) == ("Sammy", "de")


def test_a_form_without_its_version_is_refused(sam, post):
    assert post(sam, ACCOUNT, {"name": "x"}).status_code == 400
    assert post(sam, ACCOUNT, {"name": "x", "row_version": "abc"}).status_code == 400


def test_a_language_of_ones_own_stays_on_offer(sam, rows: Rows):
    rows.user("sam").language = "sw"

    assert Page(sam.get(ACCOUNT)).options("language")["sw"] == "Kiswahili"


# The ways to sign in


def test_the_accounts_and_what_can_be_linked(sam, rows: Rows):
    give_account(rows, rows.user("sam").id)
    give_account(rows, rows.user("ada").id, "78")
    page = Page(sam.get(ACCOUNT))

    said = list(page.texts("data-identity").values())
    assert [words.split(" Since")[0] for words in said] == [
        "Sample cast sam@example.com",
        "Google sam@elsewhere.example",
    ]
    assert page.forms("/login/google") == [{"purpose": ["link"], "next": [ACCOUNT]}]
    assert len([form for number in page.texts("data-identity") for form in unlinking(page, number)]) == 2


def unlinking(page: Page, number) -> list[dict[str, list[str]]]:
    return page.forms(f"/admin/account/identities/{number}/delete")


def test_after_an_old_sign_in_the_page_offers_a_new_one_first(sam, post, rows: Rows):
    row, browser = give_account(rows, rows.user("sam").id), sam
    age_sessions(rows.session)

    page = page_of(browser)
    assert "/login/again?next=/admin/account/" in page.links
    assert not page.forms("/login/google")
    assert not unlinking(page, row.id)

    answer = post(browser, f"/admin/account/identities/{row.id}/delete", {"url": ACCOUNT})
    assert answer.status_code == 403
    assert "/login/again?next=%2Fadmin%2Faccount%2F" in Page(answer).links
    answer = post(browser, "/login/google", {"purpose": "link", "next": ACCOUNT})
    assert answer.status_code == 403
    assert "/login/again?next=%2Fadmin%2Faccount%2F" in Page(answer).links
    assert rows.again(row) is not None


def test_an_account_is_unlinked_and_the_last_one_stays(sam, post, rows: Rows):
    row = give_account(rows, rows.user("sam").id)
    [cast] = [each for each in rows.user("sam").identities if each.id != row.id]

    answer = post(sam, f"/admin/account/identities/{row.id}/delete")

    assert (answer.status_code, answer.location) == (302, ACCOUNT)
    assert rows.again(row) is None
    page = page_of(sam)
    assert "signs you in no more" in page.flashes[0][1]
    assert not unlinking(page, cast.id)
    assert post(sam, f"/admin/account/identities/{cast.id}/delete").status_code == 409
    assert rows.again(cast) is not None


@pytest.mark.slow
def test_two_at_once_do_not_unlink_both(carte, sign_in, post, rows: Rows):
    browsers, number_of_sam = [sign_in("sam", carte), sign_in("sam", carte)], rows.user("sam").id
    for turn in range(4):
        give_account(rows, number_of_sam, str(turn))
        own = select(Identity.id).where(Identity.user_id == number_of_sam)
        paths = [f"/admin/account/identities/{number}/delete" for number in rows.session.scalars(own)]
        assert len(paths) == 2
        rows.session.commit()

        def unlink(turn, paths=tuple(paths)) -> int:
            return post(browsers[turn], paths[turn]).status_code

        answers = race(partial(unlink, 0), partial(unlink, 1))

        assert sorted(answers) == [302, 409]
        assert len(rows.session.scalars(own).all()) == 1


@pytest.mark.parametrize("who", ["stan", "ada"])
def test_nobody_reaches_what_is_another_persons(sign_in, post, rows: Rows, who):
    give_account(rows, rows.user("sam").id, "78")
    row, seat, membership = (
        give_account(rows, rows.user("sam").id),
        begin(rows, "sam"),
        rows.membership("sam"),
    )
    browser = sign_in(who)

    for path in (
        f"identities/{row.id}/delete",
        f"sessions/{seat.id}/delete",
        f"memberships/{row_id(membership)}/delete",
        "identities/2000000000/delete",
        f"sessions/{'9' * 30}/delete",
        "memberships/abc/delete",
    ):
        assert post(browser, f"/admin/account/{path}").status_code == 404, path
    assert browser.get(f"/admin/account/memberships/{row_id(membership)}/deletion").status_code == 404
    assert "sam@" not in browser.get(ACCOUNT).text
    assert rows.again(row) is not None
    assert rows.again(seat).ended_at is None
    assert rows.again(membership) is not None


# The sessions


def test_the_sessions_in_words_with_this_one_marked(sam, rows: Rows):
    begin(rows, "sam", IPHONE)
    begin(rows, "sam", "<script>alert(1)</script>")
    begin(rows, "olga", FIREFOX)
    ended, expired = begin(rows, "sam", FIREFOX), begin(rows, "sam", FIREFOX)
    ended.ended_at = expired.expires_at = datetime.now(UTC)

    page = page_of(sam)

    said = page.texts("data-session")
    assert [words.split(" Signed in")[0] for words in said.values()] == [
        "Unknown browser this browser",
        "Unknown browser",
        "Safari on iOS",
    ]
    [(mark, _)] = [each for each in page.all("aria-current") if "data-session" in each[0]]
    assert mark["data-session"] == next(iter(said))
    assert not page.forms(f"/admin/account/sessions/{mark['data-session']}/delete")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (IPHONE, "Safari on iOS"),
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15",
            "Safari on macOS",
        ),
        ("curl/8.1", "curl"),
        ("", "Unknown browser"),
        ("\x7f" * 250, "Unknown browser"),
    ],
)
def test_a_device_in_words(agent, words):
    assert devices.words(agent) == words


def test_another_session_is_ended(app, sam, sign_in, post, rows: Rows):
    other = sign_in("sam")
    [_mine, theirs] = rows.session.scalars(select(UserSession).order_by(UserSession.id)).all()
    assert other.get("/admin/").status_code == 200

    answer = post(sam, f"/admin/account/sessions/{theirs.id}/delete")

    assert (answer.status_code, answer.location) == (302, ACCOUNT)
    assert other.get("/admin/").status_code == 302
    assert sam.get("/admin/").status_code == 200
    assert post(sam, f"/admin/account/sessions/{theirs.id}/delete").status_code == 404


def test_signing_out_everywhere_ends_all_and_this_one(sam, sign_in, post, rows: Rows):
    other, olga = sign_in("sam"), sign_in("olga")
    with sam.session_transaction() as cookie:
        copied = dict(cookie)

    answer = post(sam, "/admin/account/sessions/delete")

    assert (answer.status_code, answer.location) == (302, "/login")
    page = sam.get("/login")
    assert Page(page).flashes == [("success", "You are signed out everywhere.")]
    assert "data-person" not in page.text
    assert other.get("/admin/").status_code == 302
    assert olga.get("/admin/").status_code == 200
    with other.session_transaction() as cookie:
        cookie.update(copied)
    assert other.get("/admin/").status_code == 302


def test_what_ends_sessions_needs_its_token_and_somebody(app, sam, post):
    for path in ("sessions/delete", "sessions/1/delete", "identities/1/delete", "memberships/1/delete"):
        assert sam.post(f"/admin/account/{path}").status_code == 400
        assert sam.get(f"/admin/account/{path}").status_code == 405
        assert post(app.test_client(), f"/admin/account/{path}").status_code == 401
    assert app.test_client().get(ACCOUNT).location == "/login?next=%2Fadmin%2Faccount%2F"


# The restaurants


def test_leaving_asks_first_and_then_shows_nothing_of_it(sign_in, post, rows: Rows):
    row = rows.join("mia", SECOND, "staff")
    rows.session.commit()
    mia = sign_in("mia")
    question = f"/admin/account/memberships/{row.id}/deletion"
    assert question in page_of(mia).links

    asked = mia.get(question)
    assert "You work there as staff" in asked.text
    answer = post(mia, f"/admin/account/memberships/{row.id}/delete", Page(asked).fields())

    assert (answer.status_code, answer.location) == (302, ACCOUNT)
    page = page_of(mia)
    assert page.flashes == [("success", f"You left {SECOND}.")]
    assert [words.split()[0] for words in page.texts("data-membership").values()] == [OWN.split()[0]]
    assert rows.again(row) is None


def test_leaving_the_last_one_leads_to_the_welcome(sam, post, rows: Rows):
    row = rows.membership("sam")

    answer = post(sam, f"/admin/account/memberships/{row_id(row)}/delete", {"row_version": row.version})

    assert (answer.status_code, answer.location) == (302, "/welcome")
    assert sam.get("/welcome").status_code == 200
    assert sam.get(ACCOUNT).status_code == 200
    assert "You belong to no restaurant." in sam.get(ACCOUNT).text


def test_the_last_owner_stays_and_is_told_why(sign_in, post, rows: Rows):
    olga, row = sign_in("olga"), rows.membership("olga")

    answer = post(olga, f"/admin/account/memberships/{row_id(row)}/delete")

    assert answer.status_code == 409
    assert "last owner of Urban Burger" in answer.text
    assert rows.again(row) is not None

    rows.membership("mia").role = "owner"
    assert post(olga, f"/admin/account/memberships/{row_id(row)}/delete").status_code == 302
    assert rows.again(row) is None


def test_a_role_that_changed_meanwhile_is_asked_about_again(sam, post, rows: Rows):
    row = rows.membership("sam")
    form = Page(sam.get(f"/admin/account/memberships/{row_id(row)}/deletion")).fields()
    row.role = "manager"

    answer = post(sam, f"/admin/account/memberships/{row_id(row)}/delete", form)

    assert answer.status_code == 409
    assert "You work there as manager" in answer.text
    assert rows.again(row) is not None
