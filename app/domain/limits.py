"""How often somebody may do what costs others something, and where it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from limits import parse_many

from app.domain.variables import Reader, SettingError

#: How an address of Redis begins; without one each process counts for itself.
_SCHEMES = ("redis", "rediss", "unix")


@dataclass(frozen=True, slots=True)
class Limits:
    """How often, written as `10/minute`; several at once are separated by semicolons.

    `login` and `callback` count for each address that asks, `invite` and `export` for each person.
    """

    login: str = "10/minute"
    callback: str = "20/minute"
    invite: str = "10/hour"
    export: str = "6/minute"

    @classmethod
    def read(cls, read: Reader) -> Limits:
        """Read and check all of them; raises SettingError."""
        usual = cls()
        return cls(
            login=_limit(read, "CARTE_LIMIT_LOGIN", usual.login),
            callback=_limit(read, "CARTE_LIMIT_CALLBACK", usual.callback),
            invite=_limit(read, "CARTE_LIMIT_INVITE", usual.invite),
            export=_limit(read, "CARTE_LIMIT_EXPORT", usual.export),
        )


def redis_url(read: Reader) -> str:
    """Return the address of the Redis that counts for all processes; empty where memory does."""
    url = read.text("REDIS_URL")
    # Without its value: that may have a password.
    if url and not url.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES)):
        raise SettingError("REDIS_URL must begin with redis://, rediss:// or unix://.")
    if url and not _is_usable(url):
        raise SettingError("REDIS_URL cannot be read as an address, such as redis://127.0.0.1:6379/0.")
    return url


def _limit(read: Reader, name: str, default: str) -> str:
    value = read.text(name, default)
    try:
        usable = all(each.amount > 0 for each in parse_many(value))
    except ValueError:
        usable = False
    if not usable:
        raise SettingError(f"{name} must be a number and a time, such as {default}; it is {value!r}.")
    return value


def _is_usable(url: str) -> bool:
    """Tell whether the address names a place and, if anything more, a numbered database or TLS options."""
    try:
        parts = urlsplit(url)
        if parts.port == 0 or not url.isascii() or not url.isprintable():
            return False
    except ValueError:
        return False
    more = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    if parts.fragment or not all(name == "db" or name.startswith("ssl_") for name in more):
        return False
    if parts.scheme == "unix":
        return len(parts.path) > 1
    database = parts.path.removeprefix("/")
    return bool(parts.hostname) and (not database or database.isdecimal())
