"""Links that are used, over, changed or another's: nothing is written; two at once give one membership."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.domain import tokens
from app.domain.roles import Role
from app.extensions import db
from app.models import Change, Identity, Invitation, Membership, User
from app.services import inviting
from tests.support.browsing import csrf_token
from tests.support.contents import contents, differences
from tests.support.pages import Page
from tests.support.racing import race
from tests.support.rows import FOREIGN, Rows, row_id
from tests.support.telling import delete
from tests.web.sign_in.dancing import who

_SECOND = timedelta(seconds=1)


@pytest.fixture
def carte(make_app):
    return make_app(CARTE_DEV_LOGIN_TOKEN="sesame", CARTE_SIGN_UP="invited")


@pytest.fixture
def invite(rows: Rows):
    """`invite("sam@example.com")` returns the row and the path of its link, to Panda Garden."""

    def make(email="sam@example.com", role=Role.OWNER):
        made, token = inviting.invite(
            rows.session,
            email=email,
            role=role,
            restaurant=rows.restaurant(FOREIGN),
            by=None,
            at=datetime.now(UTC),
        )
        rows.session.commit()
        return made, f"/invitations/{token}"

    return make


def _end(invitation: Invitation, fate: str) -> None:
    moment = datetime.now(UTC) - _SECOND
    match fate:
        case "expired":
            invitation.expires_at = moment
        case "revoked":
            invitation.revoked_at = moment
        case "accepted":
            invitation.accepted_at = moment


@pytest.mark.parametrize("fate", ["accepted", "expired", "revoked", "deleted"])
def test_a_link_that_is_over_gives_nothing(carte, sign_in, post, rows: Rows, invite, unchanged, fate):
    """Not to whom it was for, not to anybody, whether or not its page stood open when it ended."""
    made, path = invite()
    sam, guest = sign_in("sam", carte), carte.test_client()
    assert sam.get(path).status_code == guest.get(path).status_code == 200
    if fate == "deleted":
        rows.session.delete(made)
    else:
        _end(made, fate)
    with unchanged():
        for client, form in (
            (sam, {}),
            (sam, {"continue": "development"}),
            (guest, {"continue": "development"}),
        ):
            assert client.get(path).status_code == 404
            assert post(client, path, form).status_code == 404
        assert who(guest) is None


def test_a_link_counts_once(carte, sign_in, post, rows: Rows, invite, unchanged):
    """Also for the person who used it, once they have been removed again."""
    _, path = invite(role=Role.STAFF)
    sam = sign_in("sam", carte)
    assert post(sam, path).status_code == 302
    rows.session.delete(rows.membership("sam", FOREIGN))

    with unchanged():
        assert post(sam, path).status_code == 404
        assert post(carte.test_client(), path, {"continue": "development"}).status_code == 404
    assert sam.get(f"/admin/items/details/?id={row_id(rows.item(FOREIGN))}").status_code == 404


def test_a_link_that_was_changed_is_unknown(carte, sign_in, post, invite, unchanged):
    """By a letter, by its case, by its length; the hash that is stored is no key either."""
    made, path = invite()
    token = path.rpartition("/")[2]
    last = "A" if token[-1] != "A" else "B"
    spellings = [token[:-1], token + "x", token[:-1] + last, token.swapcase(), token[::-1], f"{token}%00"]
    spellings += [made.token_hash, tokens.digest(made.token_hash), str(made.id), "%25", "_", "x" * 4000]
    spellings += [f"{token}%20", f"%20{token}", f"{token}%0a", "' OR 1=1--", "%ED%A0%80", "\u00e9"]
    sam = sign_in("sam", carte)
    with unchanged():
        for spelling in spellings:
            for form in ({}, {"continue": "development"}):
                assert post(sam, f"/invitations/{spelling}", form).status_code == 404, spelling
            assert sam.get(f"/invitations/{spelling}").status_code == 404, spelling
        more = {"token": token, "invitation": token}
        assert post(sam, f"/invitations/{token[:-1]}?token={token}", more).status_code == 404


#: Addresses of the person who comes, and whether somebody has verified them.
_NOT_SAM = [
    ("someone.else@example.com", True),
    ("sam@example.com", False),
    ("sam@example.com.evil.example", True),
    ("sam@example.co", True),
    ("s\u0430m@example.com", True),
    ("sam@ex\u00e4mple.com", True),
    ("sam+x@example.com", True),
    ("", True),
]


def test_a_link_is_for_one_verified_address(carte, sign_in, post, rows: Rows, invite, unchanged):
    """Not for one that looks like it, and not for the right one that nobody has verified."""
    _, path = invite("sam@example.com")
    identity = rows.session.scalars(select(Identity).where(Identity.subject == "sam")).one()
    rows.user("sam").email = "sam@example.com"
    sam = sign_in("sam", carte)
    for email, verified in _NOT_SAM:
        identity.email, identity.email_verified = email, verified
        with unchanged():
            assert "Accept</button>" not in sam.get(path).text, email
            for form in ({}, {"email": "sam@example.com", "verified": "1"}):
                assert post(sam, path, form).status_code == 403, email


def test_a_newcomer_who_accepts_four_times_at_once_is_one_person(carte, rows: Rows, invite):
    """Four browsers, nobody signed in: one user, one membership, one use of the link."""
    made, path = invite("new@example.com", Role.STAFF)
    people, members = rows.count(User), rows.count(Membership)
    clients = [carte.test_client() for _ in range(4)]
    forms = [{"csrf_token": csrf_token(client), "continue": "development"} for client in clients]
    rows.session.commit()

    statuses = race(
        *(
            lambda client=client, form=form: client.post(path, data=form).status_code
            for client, form in zip(clients, forms, strict=True)
        )
    )

    assert sorted(statuses) == [302, 404, 404, 404]
    assert (rows.count(User), rows.count(Membership)) == (people + 1, members + 1)
    assert rows.again(made).accepted_at is not None
    assert sorted(str(who(client)) for client in clients)[:3] == ["None"] * 3


def test_accepting_at_the_moment_its_restaurant_goes(carte, sign_in, rows: Rows, invite):
    """Either it counted, or it did not: no half of it, and no fault."""
    _, path = invite(role=Role.STAFF)
    sam, stan = sign_in("sam", carte), sign_in("stan", carte)
    asked = Page(stan.get(f"/admin/restaurants/deletion/?id={row_id(rows.restaurant(FOREIGN))}")).fields()
    doom = {**asked, "csrf_token": csrf_token(stan)}
    rows.session.commit()

    form = {"csrf_token": csrf_token(sam)}
    accepted, ended = race(
        lambda: sam.post(path, data=form).status_code,
        lambda: stan.post("/admin/restaurants/delete/", data=doom).status_code,
    )

    # Whoever joins at this moment is one more than the owner was told of, and so he is asked again.
    assert (accepted, ended) in {(302, 302), (302, 409), (404, 302), (409, 302)}
    rows.session.rollback()
    held = rows.session.scalars(select(Membership).where(Membership.user_id == rows.user("sam").id)).all()
    assert len(held) == (2 if ended == 409 else 1)
    assert rows.count(Invitation) == (1 if ended == 409 else 0)


def test_a_link_is_not_used_up_by_a_look(carte, sign_in, rows: Rows, invite, unchanged):
    """Whoever only looks, by GET or HEAD, however often, takes nothing: a mail program may follow links."""
    _, path = invite()
    sam = sign_in("sam", carte)
    with unchanged():
        for method in ("GET", "HEAD", "GET"):
            assert sam.open(path, method=method).status_code == 200
            assert carte.test_client().open(f"{path}?continue=development", method=method).status_code == 200


def test_the_link_is_kept_nowhere_and_told_to_nobody(carte, sign_in, post, rows: Rows, caplog, capsys):
    """Not in a line of the log, not in history, not in a statement, not to another site."""
    olga, spoken = sign_in("olga", carte), []
    with carte.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: spoken.append(repr(given[2:4])))
    form = {"email": "new@example.com", "role": "staff", "restaurant": row_id(rows.restaurant())}
    before = contents(rows.session)
    with caplog.at_level(logging.DEBUG):
        [(_, link)] = Page(post(olga, "/admin/people/new/", form)).all("data-invitation-url")
        path = link.removeprefix("http://localhost")
        token = path.rpartition("/")[2]
        pages = [carte.test_client().get(path), olga.get(path), carte.test_client().get(f"{path}x")]
        post(carte.test_client(), path, {"continue": "development"})
        pages.append(olga.get("/admin/people/"))

    assert token not in repr(differences(before, contents(rows.session)))
    said = capsys.readouterr()
    assert token not in caplog.text + said.out
    assert said.err.count(token) == 1, "the mail itself, on a developer's console"
    assert not [statement for statement in spoken if token in statement]
    assert not [
        line for line in rows.session.scalars(select(Change)) if token in f"{line.before}{line.after}"
    ]
    for page in pages[:3]:
        assert page.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert page.headers["Cache-Control"] == "no-store"
        # Nothing on the page leads, or is fetched, elsewhere with the address that it was read at.
        assert not [place for place in Page(page).links if not place.startswith(("/", "#"))]
    assert token not in pages[-1].text
    assert token not in olga.get("/admin/history/").text


def test_whoever_deletes_the_restaurant_ends_its_links(carte, sign_in, post, rows: Rows, invite):
    _, path = invite("new@example.com")
    guest = carte.test_client()
    assert guest.get(path).status_code == 200
    assert delete(sign_in("stan", carte), rows.restaurant(FOREIGN)).status_code == 302

    assert guest.get(path).status_code == 404
    assert post(guest, path, {"continue": "development"}).status_code == 404
    assert who(guest) is None
