"""Mail leaves by a real server; whatever the server does, the caller is told and goes on."""

from __future__ import annotations

import logging
import ssl

import pytest
import trustme

from app import create_app, mailing
from app.mailing import Delivery, Mail
from tests.support import mail_servers
from tests.support.ports import free_port
from tests.support.running import settings

_LINK = "https://carte.example/invitations/secret-token"
_MAIL = Mail("anna@example.com", "Olga invites you", f"Open this link:\n\n{_LINK}\n")
_PRODUCTION = {
    "CARTE_ENV": "production",
    "CARTE_PUBLIC_URL": "https://carte.example",
    "CARTE_DEV_LOGIN": "0",
}


@pytest.fixture
def server():
    with mail_servers.running() as running:
        yield running


def send(mail=_MAIL, **env):
    """Send a mail from an application of its own, which asks no database."""
    app = create_app(settings("sqlite:////nowhere/carte.sqlite3", **env))
    with app.app_context():
        return mailing.send(mail)


def test_a_mail_arrives_whole(server):
    assert send(**server.env, MAIL_DEFAULT_SENDER="menus@carte.example") is Delivery.SENT

    [mail] = server.mails
    assert server.envelopes == [("menus@carte.example", ["anna@example.com"])]
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "menus@carte.example",
        "anna@example.com",
        "Olga invites you",
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@carte.example>")
    assert mail.get_content_type() == "text/plain"
    assert _LINK in mail.get_content().splitlines()
    # The machine's own name is not asked of DNS, which may hang.
    assert server.names == ["carte.example"]


def test_two_applications_keep_their_servers_apart(server):
    with mail_servers.running() as other:
        one = create_app(settings("sqlite:////nowhere/carte.sqlite3", **server.env))
        create_app(settings("sqlite:////nowhere/carte.sqlite3", **other.env))
        with one.app_context():
            mailing.send(_MAIL)
        assert (len(server.mails), len(other.mails)) == (1, 0)


def test_in_development_without_a_server_it_is_printed_on_stderr(capsys):
    assert send() is Delivery.PRINTED

    printed = capsys.readouterr()
    assert printed.out == ""
    assert _LINK in printed.err.splitlines()


def test_in_production_without_a_server_none_is_sent(capsys):
    assert send(**_PRODUCTION) is Delivery.BY_HAND
    assert _LINK not in "".join(capsys.readouterr())


def test_a_server_that_fails_is_told_and_the_link_is_not_logged(server, monkeypatch, caplog, subtests):
    monkeypatch.setattr(mailing, "PATIENCE", 0.2)
    server.refused.add(_MAIL.to)
    closed = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(free_port())}
    with mail_servers.silent() as silent, caplog.at_level(logging.DEBUG):
        for name, env in {
            "closed": closed,
            "silent": silent,
            "refusing": server.env,
            "without the TLS that is asked for": {**server.env, "MAIL_USE_TLS": "1"},
            "without the password that is sent": {
                **server.env,
                "MAIL_USERNAME": "carte",
                "MAIL_PASSWORD": "secret",
            },
        }.items():
            with subtests.test(name):
                assert send(**env) is Delivery.FAILED
    assert server.mails == []
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("app"))
    assert said.count("A mail was not sent") == 5
    assert "secret-token" not in said
    assert "anna@" not in said


def test_starttls_trusts_only_who_can_be_known(tmp_path, monkeypatch):
    """Whoever sits in between has a certificate, too."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with mail_servers.running(context) as server:
        assert send(**server.env, MAIL_USE_TLS="1") is Delivery.FAILED
        assert server.mails == []

        known = tmp_path / "authority.pem"
        authority.cert_pem.write_to_path(str(known))
        monkeypatch.setenv("SSL_CERT_FILE", str(known))
        assert send(**server.env, MAIL_USE_TLS="1") is Delivery.SENT
        assert len(server.mails) == 1


@pytest.mark.parametrize(
    "to",
    [
        "anna@example.com, bert@example.com",
        "anna@example.com>,<bert@example.com",
        "<bert@example.com>",
        "anna@example.com\r\nBcc: bert@example.com",
        "änna@example.com",
        "anna@" + "x" * 70 + ".example",
        "",
    ],
)
def test_what_is_not_one_plain_address_gets_nothing(server, to):
    assert send(Mail(to, "Hello", "Hello"), **server.env) is Delivery.FAILED
    assert server.mails == []


def test_a_subject_ends_no_header(server):
    assert send(Mail(_MAIL.to, "Hello\r\nBcc: bert@example.com", "Hello"), **server.env) is Delivery.FAILED
    assert server.mails == []


def test_names_in_any_script_arrive(server):
    assert send(Mail(_MAIL.to, "Ólga 花 invites you", "花 — Ólga\n"), **server.env) is Delivery.SENT

    [mail] = server.mails
    assert mail["Subject"] == "Ólga 花 invites you"
    assert mail.get_content().strip() == "花 — Ólga"
