"""Mail: handed to the server of the settings, or shown on the developer's console; never waited for long.

Nobody may hold a transaction open while mail is sent: the server may hang.

Holes mended (Flask-Mailman 1.1): STARTTLS takes any certificate, so that whoever sits in between reads
the password and the mail; the machine's name is asked of DNS, which may hang; a connection that fails in
the middle stays open.
"""

from __future__ import annotations

import logging
import ssl
import sys
from dataclasses import dataclass
from email.utils import make_msgid
from enum import Enum
from typing import Any

from flask import Flask
from flask_mailman import EmailMessage
from flask_mailman.backends import console, smtp

from app import current
from app.config import MailServer
from app.domain import emails
from app.extensions import mail

#: Seconds that each answer of a mail server is waited for.
PATIENCE = 5.0

log = logging.getLogger(__name__)


class Delivery(Enum):
    """What became of a mail."""

    SENT = "handed to the mail server"
    PRINTED = "printed on the developer's console"
    FAILED = "not taken by the mail server"
    BY_HAND = "not sent, because no mail server is set up"

    @property
    def is_handed_over(self) -> bool:
        """Whether it is on its way to its reader."""
        return self in {Delivery.SENT, Delivery.PRINTED}


@dataclass(frozen=True, slots=True)
class Mail:
    """One plain mail to one address; the subject is one line."""

    to: str
    subject: str
    text: str


def init_app(app: Flask) -> None:
    """Tell Flask-Mailman what the settings say."""
    settings = current.settings(app)
    server = settings.mail
    app.config.update(
        MAIL_BACKEND=_ToServer if server.name else _ToConsole,
        MAIL_SERVER=server.name,
        MAIL_PORT=server.port,
        MAIL_USE_TLS=server.use_tls,
        MAIL_USE_SSL=server.use_ssl,
        MAIL_USERNAME=server.username,
        MAIL_PASSWORD=server.password,
        MAIL_DEFAULT_SENDER=server.sender,
        MAIL_TIMEOUT=PATIENCE,
    )
    mail.init_app(app)


def send(sent: Mail) -> Delivery:
    """Hand the mail over and tell what became of it; a server that fails or hangs raises nothing."""
    settings = current.settings()
    server = settings.mail
    if not server.name and not settings.development:
        return Delivery.BY_HAND
    try:
        _hand_over(sent, server)
    except (OSError, ValueError) as error:
        # Not in its own words: they may quote the mail, and with it the link.
        log.warning("A mail was not sent: %s %s", type(error).__name__, getattr(error, "smtp_code", ""))
        return Delivery.FAILED
    return Delivery.SENT if server.name else Delivery.PRINTED


def _hand_over(sent: Mail, server: MailServer) -> None:
    if server.name and not emails.is_plain(sent.to):
        raise ValueError("no address that every mail server takes")
    connection = mail.get_connection()
    headers = {
        # No out-of-office notice answers it (RFC 3834).
        "Auto-Submitted": "auto-generated",
        "Message-ID": make_msgid(domain=_domain(server)),
    }
    message = EmailMessage(sent.subject, sent.text, server.sender, [sent.to], headers=headers)
    try:
        connection.send_messages([message])
    finally:
        connection.close()


def _domain(server: MailServer) -> str:
    return server.sender.rpartition("@")[2]


class _ToServer(smtp.EmailBackend):
    """SMTP with a certificate that is checked, under the sender's own domain."""

    connection: Any

    def open(self) -> bool:
        if self.connection:
            return False
        context = ssl.create_default_context()
        more = {"context": context} if self.use_ssl else {}
        self.connection = self.connection_class(
            self.host,
            self.port,
            local_hostname=self.mailman.default_sender.rpartition("@")[2],
            timeout=self.timeout,
            **more,
        )
        if self.use_tls:
            self.connection.starttls(context=context)
        if self.username:
            self.connection.login(self.username, self.password)
        return True


class _ToConsole(console.EmailBackend):
    """The console of the server: stdout is read by programs."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(stream=sys.stderr, **kwargs)
