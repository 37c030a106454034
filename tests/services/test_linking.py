"""Accounts that sign a person in: one more, one less, never somebody else's, never none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import tenancy
from app.domain.actors import Actor
from app.domain.audit import Event
from app.domain.errors import AccountTaken, Blocked, NotFound, SignInTooOld
from app.domain.identities import Vouched
from app.models import AuditEntry, Identity
from app.services import linking, signatures
from app.services.signing_in import actor_of
from tests.support.rows import AT, Rows

LATER = AT + timedelta(minutes=5)
ACCOUNT = Vouched("https://id.example", "77", "olga@elsewhere.example", verified=True, name="O. R.")


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


@pytest.fixture
def olga(rows: Rows) -> Actor:
    return actor_of(rows.user("olga"), signed_in_at=AT)


def link(session, by: Actor, vouched: Vouched = ACCOUNT) -> bool:
    return linking.link(session, vouched, by=by, provider="oidc", at=LATER)


def unlink(session, identity: Identity, by: Actor) -> None:
    linking.unlink(session, identity, opens=lambda _issuer: True, by=by, provider="oidc", at=LATER)
    session.flush()


def told(session) -> list[tuple[str, str, str, int | None]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    events = {Event.IDENTITY_LINKED, Event.IDENTITY_UNLINKED}
    return [(row.event, row.subject, row.provider, row.by_id) for row in rows if row.event in events]


def linked(session) -> Identity:
    return session.scalars(select(Identity).where(Identity.subject == "77")).one()


def test_an_account_is_linked_once_and_the_name_stays(session, rows: Rows, olga):
    assert link(session, olga) is True
    assert link(session, olga) is False

    found = linked(session)
    assert (found.user_id, found.email, found.email_verified) == (olga.id, ACCOUNT.email, True)
    assert (rows.user("olga").name, rows.user("olga").email) == ("Olga Ruiz", "olga@example.com")
    assert told(session) == [(Event.IDENTITY_LINKED, ACCOUNT.email, "oidc", olga.id)]


def test_somebody_elses_account_is_not_taken(session, rows: Rows, olga):
    sam = actor_of(rows.user("sam"), signed_in_at=AT)
    link(session, sam)

    with pytest.raises(AccountTaken):
        link(session, olga)

    assert linked(session).user_id == sam.id
    assert len(told(session)) == 1


def test_an_address_links_nothing(session, rows: Rows, olga):
    sam = actor_of(rows.user("sam"), signed_in_at=AT)
    link(session, olga, Vouched("https://id.example", "78", "sam@example.com", verified=True, name="Sam"))

    assert {each.user_id for each in rows.user("sam").identities} == {sam.id}
    assert len(rows.user("sam").identities) == 1


def test_an_account_is_unlinked_and_the_last_one_stays(session, rows: Rows, olga):
    link(session, olga)
    [cast] = [each for each in rows.user("olga").identities if each.subject == "olga"]

    unlink(session, cast, olga)
    with pytest.raises(Blocked, match="No other account"):
        unlink(session, linked(session), olga)

    assert told(session)[1:] == [(Event.IDENTITY_UNLINKED, "olga@example.com", "oidc", olga.id)]
    assert [
        each.subject for each in session.scalars(select(Identity).where(Identity.user_id == olga.id))
    ] == ["77"]


def test_an_account_of_a_provider_that_is_gone_opens_no_door(session, rows: Rows, olga):
    """Whoever unlinks the one that still works would be shut out for good."""
    link(session, olga)
    [cast] = [each for each in rows.user("olga").identities if each.subject == "olga"]

    with pytest.raises(Blocked, match="No other account"):
        linking.unlink(
            session,
            cast,
            opens=lambda issuer: issuer == cast.issuer,
            by=olga,
            provider="",
            at=LATER,
        )


@pytest.mark.parametrize("who", ["stan", "ada"])
def test_nobody_elses_account_is_unlinked(session, rows: Rows, olga, who):
    link(session, olga)

    with pytest.raises(NotFound):
        unlink(session, linked(session), actor_of(rows.user(who), signed_in_at=AT))

    assert linked(session).user_id == olga.id


@pytest.mark.parametrize("minutes", [9, 10])
def test_as_the_person_it_asks_for_a_recent_sign_in(session, rows: Rows, olga, minutes):
    link(session, olga)
    session.commit()
    identity, at = linked(session), AT + timedelta(minutes=minutes)
    signatures.sign(session, by=olga, at=at)

    def go() -> None:
        with tenancy.scoped(session, tenancy.AsActor(olga)):
            linking.unlink(session, identity, opens=lambda _issuer: True, by=olga, provider="oidc", at=at)

    if minutes < 10:
        go()
    else:
        with pytest.raises(SignInTooOld):
            go()
        session.rollback()
        assert linked(session).user_id == olga.id
