"""Signing in once more: the page that stands before what asks for a recent sign-in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import current, tenancy
from app.domain import addresses
from app.extensions import db
from app.models import Identity
from app.web.sign_in import destinations, development, providers
from app.web.sign_in.consumer import Consumer

blueprint = Blueprint("again", __name__)


@blueprint.get(addresses.AGAIN)
def ask() -> Response | str:
    """Say why, and offer each of the person's own ways; nobody has to sign in first of all."""
    next_path = destinations.local_path(request.args.get("next"))
    person = current.person()
    if person is None:
        return redirect(url_for("sign_in.choose", next=next_path or None))
    return render_template(
        "auth/again.html",
        providers=_providers_of(person.id),
        development=development.may_continue(),
        next_path=next_path,
    )


def _providers_of(user_id: int) -> list[Consumer]:
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.SIGN_IN):
        issuers = set(session.scalars(select(Identity.issuer).where(Identity.user_id == user_id)))
    return [each for each in providers.registered() if any(map(each.provider.vouches_as, issuers))]
