"""The gate before every admin URL, existing or not: the sign-in for nobody, a scope for all others."""

from __future__ import annotations

from flask import Flask, request
from sqlalchemy import select
from werkzeug.exceptions import MethodNotAllowed

from app import current, tenancy, working
from app.domain.errors import SignInNeeded
from app.extensions import db
from app.models import Restaurant
from app.services import auditing, signatures


def init_app(app: Flask) -> None:
    """Put the gate before the admin's pages, behind the check of the CSRF token."""
    app.before_request(admit)


def admit() -> None:
    """Let a signed-in person in, within their reach; raises SignInNeeded for anybody else."""
    if request.path != "/admin" and not request.path.startswith("/admin/"):
        return
    person = current.person()
    if person is None:
        if request.method not in current.READING and isinstance(request.routing_exception, MethodNotAllowed):
            raise request.routing_exception
        raise SignInNeeded("Sign in to go on.")
    tenancy.enter(db.session(), tenancy.AsActor(person))
    auditing.come_from(db.session(), request.remote_addr or "")
    signatures.sign(db.session(), by=person, at=current.now())
    if person.is_admin:
        _look_after_place()


def _look_after_place() -> None:
    """Know the restaurant that an administrator works in by its name of today; forget one that is gone."""
    chosen = working.here()
    if chosen is None:
        return
    name = db.session.scalar(select(Restaurant.name).where(Restaurant.id == chosen.id))
    if name is None:
        working.visit_all()
    elif name != chosen.name:
        working.visit(chosen.id, name)
