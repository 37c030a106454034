"""Where mail leaves Carte, and in whose name."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.domain import emails
from app.domain.variables import Reader, SettingError


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes mail; without a name, development prints mail and production sends none."""

    name: str
    port: int
    #: Begin in the clear and turn to TLS (STARTTLS), or speak TLS from the first byte.
    use_tls: bool
    use_ssl: bool
    username: str
    password: str = field(repr=False)
    sender: str

    @classmethod
    def read(cls, read: Reader, *, public_url: str) -> MailServer:
        """Read and check it; raises SettingError."""
        server = cls(
            name=read.text("MAIL_SERVER"),
            port=read.number("MAIL_PORT", 25, least=1),
            use_tls=read.flag("MAIL_USE_TLS"),
            use_ssl=read.flag("MAIL_USE_SSL"),
            username=read.text("MAIL_USERNAME"),
            password=read.text("MAIL_PASSWORD"),
            sender=read.text("MAIL_DEFAULT_SENDER", _default_sender(public_url)),
        )
        if server.use_tls and server.use_ssl:
            raise SettingError("MAIL_USE_TLS and MAIL_USE_SSL exclude each other.")
        if bool(server.username) != bool(server.password):
            missing, given = ("PASSWORD", "USERNAME") if server.username else ("USERNAME", "PASSWORD")
            raise SettingError(f"MAIL_{missing} must be set where MAIL_{given} is.")
        if server.name and not emails.is_plain(server.sender):
            raise SettingError(
                f"MAIL_DEFAULT_SENDER must be an e-mail address such as carte@example.com;"
                f" it is {server.sender!r}."
            )
        return server


def _default_sender(public_url: str) -> str:
    host = urlsplit(public_url).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"carte@{host}"
    # Mail addresses write numbers in a way of their own, which few servers take.
    return "carte@localhost"
