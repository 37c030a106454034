"""How a command works: on an up-to-date schema, without a person's limits, committed once.

What it cannot do it says in plain lines, with exit code 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app import current, database, tenancy
from app.domain.errors import Refusal
from app.extensions import db
from app.services import signatures

#: The project's folder, in which `migrations` and `fixtures` lie.
PROJECT = Path(__file__).resolve().parents[2]


class Failed(click.ClickException):
    """Ends a command with exit code 1 and these lines on stderr, without a prefix before the first."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message as it is."""
        click.echo(self.message, file=file, err=file is None)


@contextmanager
def working() -> Iterator[Session]:
    """Give a session to one command and commit at its end; with a refusal, nothing is written."""
    session: Session = db.session()
    try:
        _require_schema(session)
        signatures.sign(session, by=None, at=current.now())
        with tenancy.unscoped(session, tenancy.Reason.COMMAND_LINE):
            yield session
        session.commit()
    except Refusal as refusal:
        raise Failed(str(refusal)) from refusal
    except StaleDataError as error:
        raise Failed("Somebody saved one of these rows meanwhile; nothing was written. Try again.") from error
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise Failed(f"The database named by DATABASE_URL cannot be used: {reason}") from error
    finally:
        session.rollback()


def say(words: str) -> None:
    """Tell the person at the terminal; stdout is for the next program."""
    click.echo(words, err=True)


def _require_schema(session: Session) -> None:
    connection = session.connection()
    if not database.has_current_schema(connection):
        known = inspect(connection).has_table("alembic_version")
        state = "is not at this version's schema" if known else "has no tables yet"
        raise Failed(f"The database {state}; run `flask db upgrade` first.")
