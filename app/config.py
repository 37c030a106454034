"""The settings, read once; the only reader of the environment. A wrong value names its variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app import starting
from app.domain.hosts import LOOPBACK, is_loopback, is_private_enough
from app.domain.limits import Limits, redis_url
from app.domain.mail_server import MailServer
from app.domain.variables import Reader, SettingError

__all__ = [
    "INSTANCE",
    "Limits",
    "MailServer",
    "Provider",
    "SettingError",
    "Settings",
    "environment_of_programs",
]

#: The repository's folder for what belongs to this machine alone: database, key; never committed.
INSTANCE = Path(__file__).resolve().parent.parent / "instance"

#: The shortest key that production takes, in bytes: what SHA-256 can use.
_SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class Provider:
    """The credentials of one place that people sign in at; `url` is its issuer or its address."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    url: str
    api_url: str = ""

    def vouches_as(self, issuer: str) -> bool:
        """Tell whether an identity of this issuer is an account there, whatever its final slash."""
        return issuer.removesuffix("/") == self.url


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations; see README, “Settings”."""

    environment: str
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    database_url: str = field(repr=False)
    public_url: str
    proxy_hops: int
    sign_up: str
    dev_login: bool
    limits: Limits
    mail: MailServer
    #: Where several processes count together what is limited; empty: each in its own memory.
    redis_url: str = field(default="", repr=False)
    #: What the printed link of the development sign-in carries; without one there is no such sign-in.
    dev_login_token: str = field(default="", repr=False)
    #: The address that the server listens on, as far as it was told.
    bind: str = "127.0.0.1"
    google: Provider | None = None
    github: Provider | None = None
    oidc: Provider | None = None

    @property
    def development(self) -> bool:
        """Whether this is a developer's own machine."""
        return self.environment == "development"

    @property
    def secure(self) -> bool:
        """Whether people reach this installation over https."""
        return self.public_url.startswith("https://")

    @property
    def open_sign_up(self) -> bool:
        """Whether an unknown person may make an account and a first restaurant."""
        return self.sign_up == "open"

    @property
    def providers(self) -> Mapping[str, Provider]:
        """The providers with credentials by their names in addresses, in the order of their buttons."""
        named = {"google": self.google, "github": self.github, "oidc": self.oidc}
        return {name: provider for name, provider in named.items() if provider}

    @property
    def dev_login_refusal(self) -> str | None:
        """One line on why the development sign-in that was asked for stays off; None where it need not."""
        if not self.dev_login:
            return None
        if not self.development:
            return "The development sign-in is off: it needs CARTE_ENV=development."
        if not is_loopback(self.bind):
            return f"The development sign-in is off: {self.bind} can be reached from other machines."
        return None

    @property
    def dev_login_on(self) -> bool:
        """Whether a developer may sign in as anybody of the sample cast, on this machine alone."""
        return self.dev_login and bool(self.dev_login_token) and self.dev_login_refusal is None

    @property
    def trusted_names(self) -> frozenset[str]:
        """The hosts a request may name, whatever the port; in development also each name of this machine.

        Nothing is made of a request's port that leaves the browser it came from, and a container's or
        a proxy's port is rarely the public one.
        """
        name = urlsplit(self.public_url).hostname or ""
        return frozenset({name, *LOOPBACK} if self.development else {name})

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, instance: Path = INSTANCE) -> Settings:
        """Read and check every setting; raises SettingError at the first that cannot be used."""
        read = Reader(os.environ if env is None else env)
        environment = read.choice("CARTE_ENV", ("production", "development"), "production")
        development = environment == "development"
        public_url = _public_url(read, development)
        return cls(
            environment=environment,
            secret_key=_secret_key(read, development, instance),
            secret_key_fallbacks=_fallbacks(read, development),
            database_url=_database_url(read, instance),
            public_url=public_url,
            proxy_hops=read.number("CARTE_PROXY_HOPS", 0, most=9),
            sign_up=read.choice("CARTE_SIGN_UP", ("open", "invited"), "open" if development else "invited"),
            dev_login=read.flag("CARTE_DEV_LOGIN"),
            limits=Limits.read(read),
            mail=MailServer.read(read, public_url=public_url),
            redis_url=redis_url(read),
            dev_login_token=read.text(starting.TOKEN) or starting.new_token(),
            bind=starting.flask_run("host") or read.text("CARTE_BIND", "127.0.0.1"),
            google=_provider(read, "GOOGLE", "Google", "GOOGLE_ISSUER", "https://accounts.google.com"),
            github=_provider(read, "GITHUB", "GitHub", "GITHUB_URL", "https://github.com"),
            oidc=_provider(read, "OIDC", read.text("OIDC_NAME") or "OpenID", "OIDC_ISSUER", ""),
        )


def environment_of_programs(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program that a command starts: this process's own, and `more`."""
    return {**os.environ, **more}


def _secret_key(read: Reader, development: bool, instance: Path) -> str:
    key = read.text("SECRET_KEY")
    if development:
        return key or starting.kept_key(instance / "secret_key")
    if len(key.encode()) < _SHORTEST_KEY:
        raise SettingError(f"SECRET_KEY must be set to at least {_SHORTEST_KEY} random bytes in production.")
    return key


def _fallbacks(read: Reader, development: bool) -> tuple[str, ...]:
    """Return the keys of earlier days, which still open cookies and so must be as strong."""
    keys = tuple(read.text("SECRET_KEY_FALLBACKS").replace(",", " ").split())
    if not development and any(len(key.encode()) < _SHORTEST_KEY for key in keys):
        raise SettingError(
            f"SECRET_KEY_FALLBACKS must have {_SHORTEST_KEY} bytes or more each in production."
        )
    return keys


def _database_url(read: Reader, instance: Path) -> str:
    url = read.text("DATABASE_URL")
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'carte.sqlite3'}"
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        url = f"postgresql+psycopg://{rest}"
    elif scheme != "sqlite":
        raise SettingError("DATABASE_URL must begin with sqlite:// or postgresql://.")
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError) as error:
        # Without its value: that may have a password.
        raise SettingError("DATABASE_URL cannot be read as an address.") from error
    if scheme == "sqlite" and _in_memory(parts):
        raise SettingError("DATABASE_URL must name an SQLite file: each worker would have its own memory.")
    return url


def _in_memory(url: URL) -> bool:
    return not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"


def _public_url(read: Reader, development: bool) -> str:
    default = (
        f"http://localhost:{starting.flask_run('port') or read.number('FLASK_RUN_PORT', 5000, least=1)}"
        if development
        else ""
    )
    url = read.url("CARTE_PUBLIC_URL", default)
    if not development and not url.startswith("https://"):
        raise SettingError(f"CARTE_PUBLIC_URL must be an https address in production; it is {url!r}.")
    if urlsplit(url).path:
        raise SettingError(f"CARTE_PUBLIC_URL must have no path; it is {url!r}.")
    return url


def _provider(read: Reader, prefix: str, name: str, url_name: str, default_url: str) -> Provider | None:
    """Return the provider's credentials; None without a client id: no id, no button."""
    kind = "" if prefix == "OIDC" else "OAUTH_"
    id_name, secret_name = f"{prefix}_{kind}CLIENT_ID", f"{prefix}_{kind}CLIENT_SECRET"
    client_id = read.text(id_name)
    if not client_id:
        return None
    if not read.text(secret_name):
        raise SettingError(f"{secret_name} must be set where {id_name} is.")
    api_url = _provider_url(read, "GITHUB_API_URL", "https://api.github.com") if prefix == "GITHUB" else ""
    return Provider(
        name, client_id, read.text(secret_name), _provider_url(read, url_name, default_url), api_url
    )


def _provider_url(read: Reader, name: str, default: str) -> str:
    url = read.url(name, default)
    if not is_private_enough(url):
        raise SettingError(f"{name} must be an https address; it is {url!r}.")
    return url
