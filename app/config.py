"""The settings, read once; the only reader of the environment. A wrong value names its variable."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

#: The repository's folder for what belongs to this machine alone: database, key; never committed.
INSTANCE = Path(__file__).resolve().parent.parent / "instance"

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


class SettingError(Exception):
    """A setting that Carte cannot start with; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The credentials of one place that people sign in at; `url` is its issuer or its address."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    url: str
    api_url: str = ""


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
    def trusted_hosts(self) -> list[str]:
        """The hosts a request may name, with their port; loopback's other names in development."""
        host = urlsplit(self.public_url).netloc
        if not self.development:
            return [host]
        port = host.rpartition("]")[2].partition(":")[2]
        names = [f"{name}:{port}" if port else name for name in _LOOPBACK]
        return list(dict.fromkeys([host, *names]))

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, instance: Path = INSTANCE) -> Settings:
        """Read and check every setting; raises SettingError at the first that cannot be used."""
        read = _Reader(os.environ if env is None else env)
        environment = read.choice("CARTE_ENV", ("production", "development"), "production")
        development = environment == "development"
        return cls(
            environment=environment,
            secret_key=_secret_key(read, development, instance),
            secret_key_fallbacks=tuple(read.text("SECRET_KEY_FALLBACKS").replace(",", " ").split()),
            database_url=_database_url(read, instance),
            public_url=_public_url(read, development),
            proxy_hops=read.number("CARTE_PROXY_HOPS", 0),
            sign_up=read.choice("CARTE_SIGN_UP", ("open", "invited"), "open" if development else "invited"),
            dev_login=read.flag("CARTE_DEV_LOGIN"),
            google=_provider(read, "GOOGLE", "Google", "GOOGLE_ISSUER", "https://accounts.google.com"),
            github=_provider(read, "GITHUB", "GitHub", "GITHUB_URL", "https://github.com"),
            oidc=_provider(read, "OIDC", read.text("OIDC_NAME") or "OpenID", "OIDC_ISSUER", ""),
        )


class _Reader:
    """Typed look-ups that name the variable in what they refuse."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str, default: str = "") -> str:
        return self._env.get(name, "").strip() or default

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise SettingError(f"{name} must be one of {', '.join(choices)}; it is {value!r}.")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) <= 6):
            raise SettingError(f"{name} must be a whole number, 0 or more; it is {value!r}.")
        return int(value)

    def flag(self, name: str) -> bool:
        value = self.text(name).lower()
        if value not in _TRUE | _FALSE:
            raise SettingError(f"{name} must be 1 or 0; it is {value!r}.")
        return value in _TRUE

    def url(self, name: str, default: str = "") -> str:
        """Return an http(s) address without a trailing slash."""
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or any(mark in value for mark in "?#@ "):
            raise SettingError(f"{name} must be an http or https address; it is {value!r}.")
        return value.rstrip("/")


def _secret_key(read: _Reader, development: bool, instance: Path) -> str:
    key = read.text("SECRET_KEY")
    if development:
        return key or _kept_secret(instance / "secret_key")
    if len(key.encode()) < 32:
        raise SettingError("SECRET_KEY must be set to at least 32 random bytes in production.")
    return key


def _kept_secret(path: Path) -> str:
    """Return the key in the file, made at the first start; two first starts agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    key = path.read_text().strip()
    if not key:
        raise SettingError(f"The generated SECRET_KEY in {path.name} is empty; delete the file and start again.")
    return key


def _database_url(read: _Reader, instance: Path) -> str:
    url = read.text("DATABASE_URL")
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'carte.sqlite3'}"
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        raise SettingError("DATABASE_URL must begin with sqlite:// or postgresql://.")
    if scheme == "sqlite":
        if rest in {"", "/", "/:memory:"}:
            raise SettingError("DATABASE_URL must name an SQLite file: each worker would have its own memory.")
        return url
    return f"postgresql+psycopg://{rest}"


def _public_url(read: _Reader, development: bool) -> str:
    default = f"http://localhost:{read.number('FLASK_RUN_PORT', 5000)}" if development else ""
    url = read.url("CARTE_PUBLIC_URL", default)
    if not development and not url.startswith("https://"):
        raise SettingError(f"CARTE_PUBLIC_URL must be an https address in production; it is {url!r}.")
    if urlsplit(url).path:
        raise SettingError(f"CARTE_PUBLIC_URL must have no path; it is {url!r}.")
    return url


def _provider(read: _Reader, prefix: str, name: str, url_name: str, default_url: str) -> Provider | None:
    """Return the provider's credentials; None without a client id: no id, no button."""
    kind = "" if prefix == "OIDC" else "OAUTH_"
    id_name, secret_name = f"{prefix}_{kind}CLIENT_ID", f"{prefix}_{kind}CLIENT_SECRET"
    client_id = read.text(id_name)
    if not client_id:
        return None
    if not read.text(secret_name):
        raise SettingError(f"{secret_name} must be set where {id_name} is.")
    api_url = read.url("GITHUB_API_URL", "https://api.github.com") if prefix == "GITHUB" else ""
    return Provider(name, client_id, read.text(secret_name), _provider_url(read, url_name, default_url), api_url)


def _provider_url(read: _Reader, name: str, default: str) -> str:
    url = read.url(name, default)
    host = urlsplit(url).hostname or ""
    if not url.startswith("https://") and host not in {"localhost", "127.0.0.1", "::1"}:
        raise SettingError(f"{name} must be an https address; it is {url!r}.")
    return url
