"""One act, one transaction: committed whole, or rolled back and refused in words for people.

Hole mended: Flask-Admin catches everything, shows the SQL of an IntegrityError with its parameters,
and answers a failed save with 200.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import Blocked

log = logging.getLogger(__name__)


@contextmanager
def one_act(session: Session) -> Iterator[None]:
    """Commit what the block did; on any refusal or failure, undo all of it and let it out."""
    try:
        yield
        session.commit()
    except IntegrityError as error:
        session.rollback()
        log.warning("The database refused a row: %s", error.orig)
        raise Blocked(
            "Something else was changed in the meantime and stands against this. Nothing was saved; "
            "go back, reload the page and try again."
        ) from error
    except BaseException:
        session.rollback()
        raise
