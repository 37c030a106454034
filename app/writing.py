"""One transaction of a request that may be a GET and writes all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from sqlalchemy.orm import Session

from app import database, tenancy
from app.extensions import db
from app.services import auditing


@contextmanager
def writing(reason: tenancy.Reason, *, patience: float | None = None) -> Iterator[Session]:
    """Give the session with its write lock taken; commit at the end, or keep nothing of it.

    `patience` is how many seconds it waits for the lock, where fewer than usual.
    """
    session = db.session()
    database.begin_writing(session, patience=patience)
    auditing.come_from(session, request.remote_addr or "")
    try:
        with tenancy.unscoped(session, reason):
            yield session
        session.commit()
    finally:
        database.begin_reading(session)
