"""Inviting from the page of people: mailed, shown once, listed while it waits, sent again, taken back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from app import mailing
from app.domain.roles import Role
from app.models import Invitation
from app.policies import grants
from tests.support import mail_servers
from tests.support.pages import Page
from tests.support.ports import free_port
from tests.support.rows import FOREIGN, OWN, SECOND, Rows

_ELSEWHERE = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
_FORM = {"email": "anna@example.com", "role": "staff"}


@pytest.fixture
def server():
    with mail_servers.running() as running:
        yield running


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


@pytest.fixture
def form(rows: Rows):
    return {**_FORM, "restaurant": rows.restaurant().id}


def link_of(answer) -> str:
    [(_, link)] = Page(answer).all("data-invitation-url")
    return link.removeprefix("http://localhost")


def delivery_of(answer) -> str:
    [(attrs, _)] = Page(answer).all("data-delivery")
    return attrs["data-delivery"]


def waiting(client, url="/admin/people/") -> list[dict[str, str]]:
    """Return what each line of the invitations that wait says, by field."""
    page = Page(client.get(url))
    lines: list[dict[str, str]] = []
    for _tag, attrs, text in page.elements:
        if "data-invitation" in attrs:
            lines.append({"id": attrs["data-invitation"]})
        elif lines and attrs.get("data-field") in {"email", "role", "restaurant", "maker", "until", "mailed"}:
            lines[-1].setdefault(attrs["data-field"], " ".join("".join(text).split()))
    return lines


def stored(rows: Rows) -> Invitation:
    rows.session.expire_all()
    return rows.session.query(Invitation).order_by(Invitation.id.desc()).limit(1).one()


def test_the_link_is_mailed_and_shown(make_app, sign_in, post, rows: Rows, form, server):
    app = make_app(**server.env)

    answer = post(sign_in("olga", app), "/admin/people/new/", form)

    assert delivery_of(answer) == "sent"
    [mail] = server.mails
    assert mail["To"] == "anna@example.com"
    assert mail["Subject"] == "Olga Ruiz invites you to Urban Burger"
    text = mail.get_content()
    assert f"http://localhost{link_of(answer)}" in text.splitlines()
    assert "Olga Ruiz invites you to be staff of Urban Burger." in text
    assert "until " in text
    assert "If you do not know Olga Ruiz" in text
    assert stored(rows).mailed_at is not None
    assert app.test_client().get(link_of(answer)).status_code == 200


def test_the_mail_names_the_public_address_whatever_the_request_says(
    make_app, sign_in, rows: Rows, form, server, post
):
    app = make_app(**server.env)

    post(sign_in("olga", app), "/admin/people/new/", form, headers=_ELSEWHERE)

    [mail] = server.mails
    assert "http://localhost/invitations/" in mail.get_content()
    assert "evil" not in mail.get_content()


def test_names_put_nothing_into_the_mail_but_themselves(make_app, sign_in, post, rows: Rows, form, server):
    rows.user("olga").name = "Olga\r\nBcc: bert@example.com\r\n\r\nPay here"
    rows.restaurant().name = f"Burger\nCc: bert@example.com {'x' * 60}"

    answer = post(sign_in("olga", make_app(**server.env)), "/admin/people/new/", form)

    assert delivery_of(answer) == "sent"
    [mail] = server.mails
    assert server.envelopes[0][1] == ["anna@example.com"]
    assert mail["Bcc"] is None
    assert mail["Cc"] is None
    assert (
        mail["Subject"]
        .strip()
        .startswith("Olga Bcc: bert@example.com Pay here invites you to Burger Cc: bert")
    )
    assert len(mail["Subject"]) < 150
    assert mail.get_content().startswith(
        "Olga Bcc: bert@example.com Pay here invites you to be staff of Burger Cc:"
    )


@pytest.mark.parametrize("trouble", ["closed", "silent", "refusing"])
def test_trouble_with_the_mail_loses_no_invitation(
    make_app, sign_in, post, rows: Rows, form, server, monkeypatch, trouble
):
    monkeypatch.setattr(mailing, "PATIENCE", 0.2)
    server.refused.add("anna@example.com")
    with mail_servers.silent() as silent:
        closed = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(free_port())}
        env = {"closed": closed, "silent": silent, "refusing": server.env}[trouble]
        app = make_app(**env)
        olga = sign_in("olga", app)
        answer = post(olga, "/admin/people/new/", form)

    assert answer.status_code == 200
    assert delivery_of(answer) == "failed"
    assert "Send this link to them yourself" in answer.text
    assert app.test_client().get(link_of(answer)).status_code == 200
    assert stored(rows).mailed_at is None
    assert [line["mailed"] for line in waiting(olga)] == ["No"]


def test_while_a_mail_server_keeps_silent_others_write(make_app, sign_in, post, rows: Rows, form):
    """No transaction stays open while mail is sent, on SQLite nobody else could write."""
    with mail_servers.silent() as env:
        app = make_app(**env)
        olga, mia = sign_in("olga", app), sign_in("mia", app)
        answers = []
        inviting = threading.Thread(target=lambda: answers.append(post(olga, "/admin/people/new/", form)))
        mailing_patience = mailing.PATIENCE
        inviting.start()
        while not rows.count(Invitation):
            rows.session.rollback()
        item = rows.item()
        cell = {"list_form_pk": item.id, "row_version": item.version, "name": "Chips"}
        rows.session.commit()
        assert post(mia, "/admin/items/ajax/update/", cell).status_code == 200
        assert inviting.is_alive()
        inviting.join(mailing_patience * 4)
    assert delivery_of(answers[0]) == "failed"


def test_without_a_mail_server_in_production_the_page_says_so(make_app, sign_in, post, rows: Rows, form):
    app = make_app(CARTE_ENV="production", CARTE_PUBLIC_URL="https://carte.example", CARTE_DEV_LOGIN="0")

    answer = post(
        sign_in("olga", app), "/admin/people/new/", form, headers={"Referer": "https://carte.example/"}
    )

    assert delivery_of(answer) == "by-hand"
    assert "Send this link to them yourself" in answer.text
    assert stored(rows).mailed_at is None


def test_in_development_the_mail_is_printed(olga, post, rows: Rows, form, capsys):
    answer = post(olga, "/admin/people/new/", form)

    assert delivery_of(answer) == "printed"
    printed = capsys.readouterr()
    assert link_of(answer) in printed.err
    assert printed.out == ""
    assert stored(rows).mailed_at is not None


def test_what_waits_is_listed(olga, sign_in, post, rows: Rows, form):
    rows.restaurant().time_zone = "Asia/Tokyo"
    post(olga, "/admin/people/new/", form)
    stored(rows).expires_at = datetime(2099, 1, 1, 20, tzinfo=UTC)
    rows.invite(FOREIGN)
    rows.invite(None)

    [line] = waiting(olga)

    assert line["email"] == "anna@example.com"
    assert (line["role"], line["restaurant"], line["maker"]) == ("Staff", OWN, "Olga Ruiz")
    assert line["until"].startswith("1/2/99")
    assert line["mailed"] == "Yes"
    assert waiting(sign_in("mia")) == []
    assert len(waiting(sign_in("ada"))) == 2
    assert [line["role"] for line in waiting(sign_in("ada"), "/admin/users/")] == ["Administrator"]


def test_what_is_over_is_not_listed_and_what_is_worth_nothing_says_so(olga, rows: Rows):
    now = datetime.now(UTC)
    rows.invite(email="used@example.com").accepted_at = now
    rows.invite(email="back@example.com").revoked_at = now
    rows.invite(email="late@example.com").expires_at = now - timedelta(seconds=1)
    rows.invite(email="void@example.com").created_by_id = rows.user("mia").id

    said = {line["email"]: line for line in waiting(olga)}

    assert set(said) == {"late@example.com", "void@example.com"}
    assert said["late@example.com"]["until"].endswith("expired")
    assert "no longer valid" in said["void@example.com"]["until"]
    assert said["void@example.com"]["maker"] == "Mia Chen"


def test_a_list_asks_as_often_however_many_wait(app, olga, rows: Rows, query_counter):
    def cost():
        olga.get("/admin/people/")
        with query_counter(app) as queries:
            assert olga.get("/admin/people/").status_code == 200
        return len(queries)

    rows.invite(email="one@example.com")
    few = cost()
    for number in range(30):
        rows.invite(SECOND if number % 2 else OWN, email=f"p{number}@example.com")

    assert cost() == few
    assert len(waiting(olga)) == 31


def test_sent_again_the_new_link_works_and_the_old_one_does_not(app, olga, post, rows: Rows, form):
    old = link_of(post(olga, "/admin/people/new/", form))
    [line] = waiting(olga)

    answer = post(olga, f"/admin/people/invitations/{line['id']}/renewal")

    assert answer.status_code == 200
    new = link_of(answer)
    assert app.test_client().get(old).status_code == 404
    assert app.test_client().get(new).status_code == 200
    assert new not in olga.get("/admin/people/").text
    assert [again["id"] for again in waiting(olga)] == [line["id"]]


def test_taken_back_it_is_gone(app, olga, post, rows: Rows, form):
    link = link_of(post(olga, "/admin/people/new/", form))
    [line] = waiting(olga)

    answer = post(olga, f"/admin/people/invitations/{line['id']}/revocation")

    assert (answer.status_code, answer.location) == (302, "/admin/people/")
    page = Page(olga.get("/admin/people/"))
    assert [level for level, _ in page.flashes] == ["success"]
    # What is taken back stays so: nobody knows the link any more.
    assert page.undo is None
    assert waiting(olga) == []
    assert app.test_client().get(link).status_code == 404
    for act in ("renewal", "revocation"):
        assert post(olga, f"/admin/people/invitations/{line['id']}/{act}").status_code == 404


def test_each_list_knows_its_own_invitations_alone(sign_in, post, rows: Rows):
    ada, place, installation = sign_in("ada"), rows.invite(), rows.invite(None)
    for act in ("renewal", "revocation"):
        assert post(ada, f"/admin/users/invitations/{place.id}/{act}").status_code == 404
        assert post(ada, f"/admin/people/invitations/{installation.id}/{act}").status_code == 404
    assert stored(rows).revoked_at is None


def test_sending_again_counts_as_inviting(make_app, sign_in, post, rows: Rows, form):
    olga = sign_in("olga", make_app(CARTE_LIMIT_INVITE="2/hour"))
    old = link_of(post(olga, "/admin/people/new/", form))
    number = stored(rows).id
    assert post(olga, f"/admin/people/invitations/{number}/renewal").status_code == 200

    before = stored(rows).token_hash
    assert post(olga, f"/admin/people/invitations/{number}/renewal").status_code == 429

    assert stored(rows).token_hash == before
    assert old.startswith("/invitations/")


def test_an_old_sign_in_invites_no_administrator(sign_in, post, rows: Rows):
    ada = sign_in("ada")
    for session in rows.user("ada").sessions:
        session.created_at -= timedelta(minutes=11)

    answer = post(ada, "/admin/users/new/", {"email": "root@example.com", "role": "administrator"})

    assert answer.status_code == 403
    assert rows.count(Invitation) == 0
    number = rows.invite(None).id
    assert post(ada, f"/admin/users/invitations/{number}/renewal").status_code == 403
    assert post(ada, f"/admin/users/invitations/{number}/revocation").status_code == 302


def test_who_works_there_already_is_said(olga, post, rows: Rows, form):
    answer = post(olga, "/admin/people/new/", {**form, "email": "Sam@example.com"})

    assert answer.status_code == 422
    assert "already staff of Urban Burger" in Page(answer).texts("data-error-for")["email"]
    assert rows.count(Invitation) == 0


def test_a_second_invitation_takes_the_place_of_the_first(app, olga, post, rows: Rows, form):
    first = link_of(post(olga, "/admin/people/new/", form))
    second = link_of(post(olga, "/admin/people/new/", {**form, "role": "manager"}))

    assert [line["role"] for line in waiting(olga)] == ["Manager"]
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200


def test_last_seen_and_provider(olga, sign_in, rows: Rows):
    rows.restaurant().time_zone = "Asia/Tokyo"
    sign_in("sam")
    [session] = rows.user("sam").sessions
    session.last_seen_at, session.provider = datetime(2026, 3, 1, 20, tzinfo=UTC), "github"
    session.user_agent = "a browser that nobody may read of"

    page = olga.get("/admin/people/?search=Sam")

    shown = Page(page).texts("data-field")
    assert shown["last_seen"].startswith("3/2/26")
    assert shown["provider"] == "GitHub"
    assert "nobody may read of" not in page.text
    details = Page(olga.get(f"/admin/people/details/?id={rows.membership('sam').id}")).texts("data-field")
    assert (details["last_seen"], details["provider"]) == (shown["last_seen"], "GitHub")
    never = Page(olga.get("/admin/people/?search=Vic")).texts("data-field")
    assert (never["last_seen"], never["provider"]) == ("—", "—")


def test_nobody_is_offered_what_is_above_their_own_role(olga, sign_in, post, rows: Rows, monkeypatch):
    """By another table of grants managers manage people, too; the page follows."""
    held = {**grants.GRANTS, Role.MANAGER: grants.GRANTS[Role.OWNER]}
    monkeypatch.setattr("app.policies.rules.GRANTS", held)
    monkeypatch.setattr("app.policies.grants.GRANTS", held)
    mia, owner, sam = sign_in("mia"), rows.membership("olga").id, rows.membership("sam").id

    page = mia.get("/admin/people/").text

    assert f"/admin/people/edit/?id={sam}" in page
    assert f"/admin/people/edit/?id={owner}" not in page
    assert f"/admin/people/deletion/?id={owner}" not in page
    assert set(Page(mia.get("/admin/people/new/")).options("role")) == {"manager", "staff", "viewer"}
    edit = Page(mia.get(f"/admin/people/edit/?id={sam}"))
    assert set(edit.options("role")) == {"manager", "staff", "viewer"}
    assert mia.get(f"/admin/people/edit/?id={owner}").status_code == 403
    assert post(mia, "/admin/people/delete/", {"id": owner}).status_code == 403
