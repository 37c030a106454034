"""What this start adds to the environment: `flask run`'s options and token, the machine's own key."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import click

from app.domain.variables import SettingError

#: The variable with what the link of the development sign-in carries.
TOKEN = "CARTE_DEV_LOGIN_TOKEN"  # noqa: S105 -- the name of a variable


def is_flask_run() -> bool:
    """Tell whether this application is being started by `flask run`."""
    return bool(flask_run("port"))


def flask_run(option: str) -> str:
    """Return an option of the `flask run` that is starting this application; empty without one."""
    command = click.get_current_context(silent=True)
    if command is None or command.info_name != "run":
        return ""
    return str(command.params.get(option) or "")


def new_token() -> str:
    """Return a token for this `flask run`, and leave it to the processes that it starts; else empty.

    The reloader starts the program anew for each change of the code; its children inherit the
    token, so that the link printed once goes on working.
    """
    if not is_flask_run():
        return ""
    token = secrets.token_urlsafe(32)
    os.environ[TOKEN] = token  # noqa: TID251 -- written for them; only the settings read it
    return token


def kept_key(path: Path) -> str:
    """Return the key in the file, made at the first start; two first starts agree on one.

    Raises SettingError for an empty file.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        # The name appears with the whole key behind it, and only once: link never replaces.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    key = path.read_text().strip()
    if not key:
        raise SettingError(f"SECRET_KEY cannot be read from {path.name}, which is empty; delete the file.")
    return key
