"""Mail servers on loopback: one that takes mail, one that refuses, one that says nothing."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.ports import free_port


class MailServer:
    """A server that keeps what it takes; addresses in `refused` are not known there."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refused: set[str] = set()
        self.names: list[str] = []

    @property
    def env(self) -> dict[str, str]:
        """The settings that lead an application here."""
        return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(self.port)}

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses) -> list[str]:  # noqa: N802
        session.host_name = hostname
        self.names.append(hostname)
        return list(responses)

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if address in self.refused:
            return "550 There is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 OK"


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """Serve in a thread of its own; with `tls`, it offers STARTTLS."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, tls_context=tls)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def silent() -> Iterator[dict[str, str]]:
    """Give the settings of a server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(listening.getsockname()[1])}
