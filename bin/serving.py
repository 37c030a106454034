"""Start the server: the second half of bin/run, under the environment's Python.

The sockets are taken first and handed to gunicorn open, so that two starts never want one port.
A child waits until Carte answers, prints the links and ends; this process then is gunicorn's
master, and a signal to it reaches every worker.
"""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from environment import ROOT, alone, end_orderly, say
from flask import Flask
from flask.helpers import get_load_dotenv
from gunicorn.app.base import BaseApplication
from listening import listen, url_of
from sqlalchemy import Connection, Engine, NullPool, create_engine, select
from sqlalchemy.exc import OperationalError

# The checkout is no installed package.
sys.path.insert(0, str(ROOT))

from app import create_app, database, starting
from app.config import SettingError, Settings
from app.domain.hosts import is_loopback
from app.domain.numbers import whole
from app.models import Restaurant, User
from app.web.sign_in import announcing

#: Seconds after which a server that never answered is called failed.
PATIENCE = 60


def main() -> None:
    """Prepare everything, then become the server; exits with one line where that cannot be."""
    end_orderly()
    os.chdir(ROOT)
    _read_dotenv()
    arguments = _arguments()
    listeners = listen(arguments.host, arguments.port)
    port = listeners[0].getsockname()[1]
    settings = _settings(arguments.host, port)
    workers = _workers()
    with alone("database"):
        _prepare(settings)
    _announce_later(settings, listeners)
    _become_server(listeners, workers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description="Serve Carte on this machine.")
    parser.add_argument(
        "--host", default="localhost", help="the address to listen on (default: this machine alone)"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("FLASK_RUN_PORT") or "5000",
        help="the port (default: 5000); a busy one means the next free one",
    )
    return parser.parse_args()


def _port(text: str) -> int:
    port = whole(text, most=65535)
    if port is None:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return port


def _read_dotenv() -> None:
    """Take .flaskenv and .env as `flask` does: .env wins over .flaskenv, what is set wins over both."""
    if not get_load_dotenv():
        return
    found = {**dotenv_values(ROOT / ".flaskenv"), **dotenv_values(ROOT / ".env")}
    for name, value in found.items():
        if value is not None:
            os.environ.setdefault(name, value)


def _settings(host: str, port: int) -> Settings:
    """Return the settings, with what only this start knows put into the environment of the workers."""
    os.environ["CARTE_BIND"] = host
    os.environ.setdefault("WEB_CONCURRENCY", "2")
    if os.environ.get("CARTE_ENV") == "development":
        os.environ.setdefault(starting.TOKEN, secrets.token_urlsafe(24))
        os.environ.setdefault("CARTE_PUBLIC_URL", url_of(host, port))
    if os.environ.get("CARTE_ENV", "").strip() in {"", "production"}:
        _demand("SECRET_KEY", "CARTE_PUBLIC_URL")
    try:
        settings = Settings.from_env()
    except SettingError as error:
        sys.exit(str(error))
    _warn_of_address(settings, host, port)
    return settings


def _warn_of_address(settings: Settings, host: str, port: int) -> None:
    """Say so where people would be refused: only requests for the public URL's host are answered."""
    public = urlsplit(settings.public_url)
    if not is_loopback(public.hostname or ""):
        return
    if public.port != port:
        say(f"CARTE_PUBLIC_URL is {settings.public_url}, but this server's port is {port}.")
    if not is_loopback(host):
        say("To open Carte from other machines, set CARTE_PUBLIC_URL to the address they use.")


def _demand(*names: str) -> None:
    missing = [name for name in names if not os.environ.get(name, "").strip()]
    if missing:
        sys.exit(
            f"In production Carte needs {' and '.join(missing)}; README.md, “Settings”, says what each is."
        )


def _workers() -> int:
    text = os.environ["WEB_CONCURRENCY"].strip()
    workers = whole(text, least=1, most=1000)
    if workers is None:
        sys.exit(f"WEB_CONCURRENCY must be a whole number from 1 to 1000; it is {text!r}.")
    return workers


def _flask(*words: str) -> None:
    """Run a `flask` command; its own words say what went wrong, and end the start."""
    code = subprocess.call([sys.executable, "-m", "flask", *words], stdout=sys.stderr)
    if code:
        sys.exit(code)


def _prepare(settings: Settings) -> None:
    """Bring the database to this version's schema, and the sample menus into an empty one."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    if not _asks(engine, database.has_current_schema):
        _flask("db", "upgrade")
    if _asks(engine, _is_empty):
        _flask("fixtures", "load")


def _asks(engine: Engine, question: Callable[[Connection], bool]) -> bool:
    try:
        with engine.connect() as connection:
            return question(connection)
    except OperationalError as error:
        sys.exit(f"The database does not answer: {str(error.orig).strip().splitlines()[0]}")


def _is_empty(connection: Connection) -> bool:
    """Tell whether nobody has used this database yet: no restaurant, and no person either."""
    return not any(connection.execute(select(kind.id).limit(1)).first() for kind in (Restaurant, User))


def _links(settings: Settings) -> list[str]:
    base = settings.public_url
    lines = [f"Guest page: {base}/", f"Back office: {base}/admin/"]
    if settings.development:
        lines.append(f"Sign in: {announcing.sign_in_link(settings)}")
    return lines


def _announce_later(settings: Settings, listeners: list[socket]) -> None:
    server = os.getpid()
    address = listeners[0].getsockname()[:2]
    if os.fork():
        return
    # From here on in the child, which must not keep the sockets open once the server has gone.
    for listener in listeners:
        listener.close()
    try:
        _announce(settings, address, lambda: os.getppid() == server)
    except BrokenPipeError:
        # Nobody reads the links.
        pass
    finally:
        os._exit(0)


def _announce(settings: Settings, address: tuple[str, int], serving: Callable[[], bool]) -> None:
    host = settings.public_url.partition("://")[2]
    end = time.monotonic() + PATIENCE
    while serving() and time.monotonic() < end:
        if _answers(address, host):
            for line in announcing.notes(settings):
                say(line)
            for line in _links(settings):
                print(line, flush=True)
            say("Carte is serving; Ctrl-C ends it.")
            return
        time.sleep(0.1)
    if serving():
        say(f"Carte has not answered within {PATIENCE} seconds; what it said is above.")


def _answers(address: tuple[str, int], host: str) -> bool:
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104 -- asks, does not bind
    connection = http.client.HTTPConnection(name, address[1], timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn's master, with workers that share what this process has already loaded."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app()


def _become_server(listeners: list[socket], workers: int) -> None:
    # Enough threads that a dozen people who wait for a lock do not keep others from reading, and not
    # more than a worker's pool has connections. ProxyFix (CARTE_PROXY_HOPS) alone judges forwarded headers.
    options = {
        "bind": [f"fd://{listener.fileno()}" for listener in listeners],
        "workers": workers,
        "worker_class": "gthread",
        "threads": 12,
        "graceful_timeout": 5,
        "preload_app": True,
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
    }
    _Server(options).run()


if __name__ == "__main__":
    main()
