"""GET never changes data: the whole database, before and after every page there is."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AuditEntry, Base, UserSession
from tests.routes import matrix
from tests.support.rows import Rows


def _contents(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Return every value of every row, but for when a session was last seen, and what was refused."""
    session.expire_all()
    return {
        table.name: sorted(
            (tuple(row) for row in session.execute(select(*_columns(table))).all()),
            key=lambda row: str(row[0]),
        )
        for table in Base.metadata.sorted_tables
        if table is not AuditEntry.__table__
    }


def _columns(table):
    return [column for column in table.columns if column is not UserSession.__table__.c.last_seen_at]


@pytest.mark.parametrize("person", ["ada", "olga"])
def test_no_get_changes_data(make_app, sign_in, session: Session, rows: Rows, person):
    client = sign_in(person, make_app(CARTE_DEV_LOGIN_TOKEN="sesame"))
    ids = matrix.ids_for(rows)
    before = _contents(session)

    for line in matrix.lines():
        for path, form in line.requests({**ids[""], **ids.get(line.view, {})}):
            # What a POST would take, tried as a GET as well.
            client.get(f"{path}{'&' if '?' in path else '?'}{form}").close()

    assert _contents(session) == before
