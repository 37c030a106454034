"""People of the small town at work on a real database: each act in a session of its own, and its undoing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import tenancy
from app.domain.actors import Actor
from app.models import Change, User
from app.models.history import RECORDED, Verb, plain, recorded_columns
from app.services import recording, reverting, signatures
from app.services.reverting import Choice, Reversal
from app.services.signing_in import actor_of
from tests.support import town

#: A row's recorded columns, and its version apart.
Values = dict[str, Any]
Rows = dict[tuple[str, int], Values]

#: What somebody does in a session.
Work = Callable[[Session], object]


class Town:
    """The town on one database, with a clock that goes on by a second with each act."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = town.AT + timedelta(hours=1)

    def actor(self, who: str) -> Actor | None:
        """Return the person with the roles that they have now; None of the operator."""
        if who == "operator":
            return None
        with self.session("operator") as session:
            return actor_of(session.get_one(User, town.actor(who).id), signed_in_at=self.now)

    @contextmanager
    def session(self, who: str) -> Iterator[Session]:
        """Work as a person of the town or as the operator; what is not committed is undone."""
        by = None if who == "operator" else self.actor(who)
        scope = tenancy.AsActor(by) if by else tenancy.Unscoped(tenancy.Reason.COMMAND_LINE)
        with Session(self.engine) as session:
            tenancy.enter(session, scope)
            signatures.sign(session, by=by, at=self.tick())
            yield session
            session.rollback()

    def tick(self) -> datetime:
        """Return the next second."""
        self.now += timedelta(seconds=1)
        return self.now

    def act(self, who: str, work: Work) -> UUID:
        """Do something as a person, in one transaction, and return the number of the act."""
        with self.session(who) as session:
            work(session)
            session.commit()
            number = recording.last_act(session)
            assert number is not None, "nothing was written"
            return number

    def plan(self, who: str, act: UUID) -> Reversal:
        """Return what would undo the act, to look at."""
        with self.session(who) as session:
            reversal = reverting.of_act(session, act, by=self.actor(who))
            session.expunge_all()
            return reversal

    def undo(self, who: str, act: UUID, choice: Choice | None = None) -> UUID:
        """Undo an act as a person and return the number of the undoing."""
        by = self.actor(who)

        def work(session: Session) -> None:
            reversal = reverting.of_act(session, act, by=by)
            reversal = reversal.resolved(choice) if choice else reversal
            reverting.carry_out(session, reversal, undoes=act)

        return self.act(who, work)

    def rows(self) -> Rows:
        """Return every recorded row's values by kind and number."""
        return {key: values for key, (values, _) in self._read().items()}

    def versions(self) -> dict[tuple[str, int], int]:
        """Return every recorded row's version."""
        return {key: version for key, (_, version) in self._read().items()}

    def changes(self, act: UUID) -> list[Change]:
        """Return the lines of an act."""
        with self.session("operator") as session:
            found = session.scalars(select(Change).where(Change.act == act).order_by(Change.id)).all()
            session.expunge_all()
            return list(found)

    def replayed(self) -> Rows:
        """Return the rows as the history alone has them, from the first line to the last."""
        rows: Rows = {}
        with self.session("operator") as session:
            for change in session.scalars(select(Change).order_by(Change.id)):
                key = (change.kind, change.row_id)
                if change.verb == Verb.DELETED:
                    assert rows.pop(key) == change.before, change
                elif change.verb == Verb.CHANGED:
                    assert {name: rows[key][name] for name in change.before} == change.before, change
                    rows[key] |= change.after
                else:
                    assert key not in rows, change
                    rows[key] = dict(change.after)
        return rows

    def _read(self) -> dict[tuple[str, int], tuple[Values, int]]:
        with self.session("operator") as session:
            return {
                (kind, row.id): (values_of(row), getattr(row, "version", 1))
                for kind, cls in RECORDED.items()
                for row in session.scalars(select(cls))
            }


def values_of(row: Any) -> Values:
    """Return a row's recorded columns as history keeps them."""
    return {name: plain(getattr(row, name)) for name in recorded_columns(type(row))}


def changed(cls: type[Any], number: int, **values: object) -> Work:
    """Return the work of setting these columns of one row."""

    def work(session: Session) -> None:
        row = session.get_one(cls, number)
        for name, value in values.items():
            setattr(row, name, value)

    return work


def deleted(cls: type[Any], *numbers: int) -> Work:
    """Return the work of deleting these rows."""

    def work(session: Session) -> None:
        for number in numbers:
            session.delete(session.get_one(cls, number))

    return work
