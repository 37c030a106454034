from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.config import Limits, Provider, SettingError, Settings

KEY = "k" * 32
DEVELOPMENT = {"CARTE_ENV": "development"}
PRODUCTION = {"SECRET_KEY": KEY, "CARTE_PUBLIC_URL": "https://menus.example.com"}
MAIL = {**DEVELOPMENT, "MAIL_SERVER": "mail.example.com"}


def read(tmp_path: Path, base: dict[str, str], **more: str) -> Settings:
    return Settings.from_env({**base, **more}, instance=tmp_path)


def test_what_a_newcomer_gets(tmp_path: Path) -> None:
    settings = read(tmp_path, DEVELOPMENT)

    assert settings.development
    assert not settings.secure
    assert settings.database_url == f"sqlite:///{tmp_path / 'carte.sqlite3'}"
    assert settings.public_url == "http://localhost:5000"
    assert settings.proxy_hops == 0
    assert settings.open_sign_up
    assert not settings.dev_login
    assert settings.secret_key_fallbacks == ()
    assert (settings.google, settings.github, settings.oidc) == (None, None, None)
    assert len(settings.secret_key) >= 32
    assert settings.limits == Limits("10/minute", "20/minute", "10/hour", "6/minute")
    assert settings.redis_url == ""
    assert (settings.mail.name, settings.mail.sender) == ("", "carte@localhost")


def test_what_production_gets(tmp_path: Path) -> None:
    settings = read(tmp_path, PRODUCTION)

    assert not settings.development
    assert settings.secure
    assert not settings.open_sign_up
    assert settings.secret_key == KEY
    assert settings.trusted_names == {"menus.example.com"}


def test_production_is_what_an_unset_environment_is(tmp_path: Path) -> None:
    assert read(tmp_path, PRODUCTION).environment == "production"


@pytest.mark.parametrize(
    ("base", "name", "value"),
    [
        (DEVELOPMENT, "CARTE_ENV", "staging"),
        (DEVELOPMENT, "CARTE_ENV", "Development"),
        (PRODUCTION, "SECRET_KEY", ""),
        (PRODUCTION, "SECRET_KEY", "k" * 31),
        (PRODUCTION, "SECRET_KEY_FALLBACKS", f"{KEY},short"),
        (PRODUCTION, "CARTE_PUBLIC_URL", ""),
        (PRODUCTION, "CARTE_PUBLIC_URL", "http://menus.example.com"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "menus.example.com"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "ftp://menus.example.com"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://localhost:port"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://localhost:70000"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://localhost:0"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://[::1"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://localhost/menus"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://localhost?a=b"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://me:secret@localhost"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://local\thost"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://localhost\nX"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http:\\\\localhost"),
        (DEVELOPMENT, "CARTE_PUBLIC_URL", "http://münchen.example"),
        (DEVELOPMENT, "FLASK_RUN_PORT", "70000"),
        (DEVELOPMENT, "FLASK_RUN_PORT", "0"),
        (DEVELOPMENT, "FLASK_RUN_PORT", "http"),
        (DEVELOPMENT, "CARTE_PROXY_HOPS", "-1"),
        (DEVELOPMENT, "CARTE_PROXY_HOPS", "1.5"),
        (DEVELOPMENT, "CARTE_PROXY_HOPS", "²"),
        (DEVELOPMENT, "CARTE_PROXY_HOPS", "10"),
        (DEVELOPMENT, "CARTE_SIGN_UP", "closed"),
        (DEVELOPMENT, "CARTE_DEV_LOGIN", "maybe"),
        (DEVELOPMENT, "DATABASE_URL", "mysql://localhost/carte"),
        (DEVELOPMENT, "DATABASE_URL", "carte.sqlite3"),
        (DEVELOPMENT, "DATABASE_URL", "postgresql:localhost"),
        (DEVELOPMENT, "DATABASE_URL", "postgresql://localhost:port/carte"),
        (DEVELOPMENT, "DATABASE_URL", "sqlite://"),
        (DEVELOPMENT, "DATABASE_URL", "sqlite:///"),
        (DEVELOPMENT, "DATABASE_URL", "sqlite:///:memory:"),
        (DEVELOPMENT, "DATABASE_URL", "sqlite:///file::memory:?cache=shared&uri=true"),
        (DEVELOPMENT, "DATABASE_URL", "sqlite:///file:carte?mode=memory&uri=true"),
        (DEVELOPMENT, "REDIS_URL", "memory://"),
        (DEVELOPMENT, "REDIS_URL", "http://localhost:6379"),
        (DEVELOPMENT, "REDIS_URL", "localhost:6379"),
        (DEVELOPMENT, "REDIS_URL", "redis://"),
        (DEVELOPMENT, "REDIS_URL", "redis://localhost:port/0"),
        (DEVELOPMENT, "REDIS_URL", "redis://localhost:0/0"),
        (DEVELOPMENT, "REDIS_URL", "redis://localhost/menus"),
        (DEVELOPMENT, "REDIS_URL", "redis://localhost/0?socket_timeout=3600"),
        (DEVELOPMENT, "REDIS_URL", "redis://[::1"),
        (DEVELOPMENT, "REDIS_URL", "unix://"),
        (DEVELOPMENT, "CARTE_LIMIT_LOGIN", "10"),
        (DEVELOPMENT, "CARTE_LIMIT_LOGIN", "0/minute"),
        (DEVELOPMENT, "CARTE_LIMIT_LOGIN", "-1/minute"),
        (DEVELOPMENT, "CARTE_LIMIT_LOGIN", "often"),
        (DEVELOPMENT, "CARTE_LIMIT_LOGIN", "10/fortnight"),
        (DEVELOPMENT, "CARTE_LIMIT_CALLBACK", "10/minute;often"),
        (DEVELOPMENT, "CARTE_LIMIT_INVITE", "ten/hour"),
        (DEVELOPMENT, "CARTE_LIMIT_EXPORT", "/minute"),
        (DEVELOPMENT, "MAIL_PORT", "0"),
        (DEVELOPMENT, "MAIL_PORT", "65536"),
        (DEVELOPMENT, "MAIL_PORT", "smtp"),
        (DEVELOPMENT, "MAIL_USE_TLS", "maybe"),
        (DEVELOPMENT, "MAIL_USE_SSL", "maybe"),
        ({**DEVELOPMENT, "MAIL_USE_TLS": "1"}, "MAIL_USE_SSL", "1"),
        ({**DEVELOPMENT, "MAIL_USERNAME": "carte"}, "MAIL_PASSWORD", ""),
        ({**DEVELOPMENT, "MAIL_PASSWORD": "hush"}, "MAIL_USERNAME", ""),
        (MAIL, "MAIL_DEFAULT_SENDER", "carte"),
        (MAIL, "MAIL_DEFAULT_SENDER", "Carte <carte@example.com>"),
        (MAIL, "MAIL_DEFAULT_SENDER", "Carte<carte@example.com>"),
        (MAIL, "MAIL_DEFAULT_SENDER", "carte@example.com,all@example.com"),
        (MAIL, "MAIL_DEFAULT_SENDER", "carte@münchen.example"),
    ],
)
def test_a_wrong_value_names_its_variable(
    tmp_path: Path, base: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingError, match=rf"\b{name}\b"):
        read(tmp_path, base, **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://carte:hunter2@localhost:port/carte"),
        ("REDIS_URL", "rediss://:hunter2@localhost:port/0"),
        ("REDIS_URL", "reddis://:hunter2@localhost/0"),
    ],
)
def test_a_password_is_in_no_complaint(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, DEVELOPMENT, **{name: value})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["1", "true", "YES", "on", " 1 "])
def test_on(tmp_path: Path, value: str) -> None:
    assert read(tmp_path, DEVELOPMENT, CARTE_DEV_LOGIN=value).dev_login


@pytest.mark.parametrize("value", ["", "0", "False", "no", "off"])
def test_off(tmp_path: Path, value: str) -> None:
    assert not read(tmp_path, DEVELOPMENT, CARTE_DEV_LOGIN=value).dev_login


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("postgres://u:p@h:5433/d", "postgresql+psycopg://u:p@h:5433/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+psycopg://h/d?sslmode=require"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////srv/carte.sqlite3", "sqlite:////srv/carte.sqlite3"),
    ],
)
def test_databases(tmp_path: Path, value: str, url: str) -> None:
    assert read(tmp_path, DEVELOPMENT, DATABASE_URL=value).database_url == url


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("http://localhost:5000", set()),
        ("http://[::1]:8000", set()),
        ("http://Kitchen.lan:81", {"kitchen.lan"}),
        ("http://[fd00::7]:81", {"fd00::7"}),
    ],
)
def test_the_names_of_a_developers_machine(tmp_path: Path, url: str, more: set[str]) -> None:
    settings = read(tmp_path, DEVELOPMENT, CARTE_PUBLIC_URL=url)

    assert settings.trusted_names == {"localhost", "127.0.0.1", "::1"} | more


def test_production_has_one_name(tmp_path: Path) -> None:
    settings = read(tmp_path, PRODUCTION, CARTE_PUBLIC_URL="https://menus.example.com:8443/")

    assert settings.trusted_names == {"menus.example.com"}
    assert settings.public_url == "https://menus.example.com:8443"


def test_the_port_of_flask_run_is_the_public_one(tmp_path: Path) -> None:
    assert read(tmp_path, DEVELOPMENT, FLASK_RUN_PORT="5050").public_url == "http://localhost:5050"


GOOGLE = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "hush"}
GITHUB = {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "hush"}
OIDC = {"OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "hush", "OIDC_ISSUER": "https://login.example.com"}


def test_providers(tmp_path: Path) -> None:
    settings = read(tmp_path, PRODUCTION, **GOOGLE, **GITHUB, **OIDC)

    assert settings.google == Provider("Google", "id", "hush", "https://accounts.google.com")
    assert settings.github == Provider("GitHub", "id", "hush", "https://github.com", "https://api.github.com")
    assert settings.oidc == Provider("OpenID", "id", "hush", "https://login.example.com")


def test_a_provider_may_have_a_name_and_an_address_of_its_own(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        DEVELOPMENT,
        **GITHUB,
        **{**OIDC, "OIDC_ISSUER": "http://localhost:9000"},
        OIDC_NAME="Keycloak",
        GITHUB_URL="https://github.example.com/",
        GITHUB_API_URL="https://github.example.com/api/v3",
    )

    assert settings.oidc == Provider("Keycloak", "id", "hush", "http://localhost:9000")
    assert settings.github is not None
    assert settings.github.url == "https://github.example.com"
    assert settings.github.api_url == "https://github.example.com/api/v3"


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        (GOOGLE, "GOOGLE_OAUTH_CLIENT_SECRET", ""),
        (GOOGLE, "GOOGLE_ISSUER", "http://accounts.example.com"),
        (GITHUB, "GITHUB_OAUTH_CLIENT_SECRET", ""),
        (GITHUB, "GITHUB_URL", "github.com"),
        (GITHUB, "GITHUB_API_URL", "http://api.example.com"),
        (OIDC, "OIDC_CLIENT_SECRET", ""),
        (OIDC, "OIDC_ISSUER", ""),
        (OIDC, "OIDC_ISSUER", "http://login.example.com"),
        (OIDC, "OIDC_ISSUER", "http://localhost.example.com"),
    ],
)
def test_half_a_provider_names_what_is_missing(
    tmp_path: Path, given: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingError, match=name):
        read(tmp_path, PRODUCTION, **{**given, name: value})


def test_a_secret_is_in_no_repr(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        {**PRODUCTION, **GOOGLE, **GITHUB, **OIDC},
        SECRET_KEY_FALLBACKS="f" * 32,
        DATABASE_URL="postgresql://carte:hunter2@localhost/carte",
        REDIS_URL="redis://:hunter2@localhost/0",
        MAIL_USERNAME="carte",
        MAIL_PASSWORD="hunter2",
    )

    for secret in (KEY, "f" * 32, "hush", "hunter2"):
        assert secret not in repr(settings)


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings = read(tmp_path, DEVELOPMENT)

    with pytest.raises(AttributeError):
        settings.sign_up = "open"  # type: ignore[misc]
    assert replace(settings, sign_up="invited").sign_up == "invited"


def test_keys_of_earlier_days(tmp_path: Path) -> None:
    settings = read(tmp_path, PRODUCTION, SECRET_KEY_FALLBACKS=f"{'a' * 32}, {'b' * 40}")

    assert settings.secret_key_fallbacks == ("a" * 32, "b" * 40)


def test_the_key_of_a_developers_machine_is_kept(tmp_path: Path) -> None:
    first = read(tmp_path, DEVELOPMENT).secret_key

    assert read(tmp_path, DEVELOPMENT).secret_key == first == (tmp_path / "secret_key").read_text()


def test_a_key_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    read(tmp_path, DEVELOPMENT, SECRET_KEY="mine")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://:hush@localhost:6379/0",
        "rediss://redis.example.com/3?ssl_ca_certs=/srv/ca.pem",
        "redis://[::1]:6379/0?db=2",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_where_limits_are_counted(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, PRODUCTION, REDIS_URL=url).redis_url == url


def test_limits(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        PRODUCTION,
        CARTE_LIMIT_LOGIN="1/second",
        CARTE_LIMIT_CALLBACK="2 per minute",
        CARTE_LIMIT_INVITE="3/hour;20/day",
        CARTE_LIMIT_EXPORT="4/2minutes",
    )

    assert settings.limits == Limits("1/second", "2 per minute", "3/hour;20/day", "4/2minutes")


def test_mail(tmp_path: Path) -> None:
    mail = read(
        tmp_path,
        PRODUCTION,
        MAIL_SERVER="mail.example.com",
        MAIL_PORT="587",
        MAIL_USE_TLS="1",
        MAIL_USERNAME="carte",
        MAIL_PASSWORD="hush",
        MAIL_DEFAULT_SENDER="menus@example.com",
    ).mail

    assert (mail.name, mail.port, mail.use_tls, mail.use_ssl) == ("mail.example.com", 587, True, False)
    assert (mail.username, mail.password, mail.sender) == ("carte", "hush", "menus@example.com")


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("https://menus.example.com:8443", "carte@menus.example.com"),
        ("https://192.0.2.7", "carte@localhost"),
        ("https://[2001:db8::7]", "carte@localhost"),
    ],
)
def test_mail_comes_from_the_public_host(tmp_path: Path, url: str, sender: str) -> None:
    assert read(tmp_path, PRODUCTION, CARTE_PUBLIC_URL=url).mail.sender == sender
