"""The sign-in page, the way out, and the page of a person who has no restaurant yet."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app import current
from app.domain import addresses
from app.web import auditing
from app.web.sign_in import destinations, entering, providers

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/login")
def choose() -> Response | str:
    """Offer the providers; whoever is signed in already goes on to where they were going."""
    settings = current.settings()
    next_path = destinations.local_path(request.args.get("next"))
    person = current.person()
    if person is not None:
        return redirect(destinations.after_sign_in(person, next_path, open_sign_up=settings.open_sign_up))
    return render_template(
        "auth/login.html", providers=providers.registered(), next_path=next_path, settings=settings
    )


@blueprint.post("/logout")
def leave() -> Response:
    """End this browser's session; a copy of its cookie is worth nothing from now on."""
    person = current.person()
    entering.leave()
    if person is not None:
        auditing.signed_out(person.id)
    return redirect("/login")


@blueprint.get(destinations.NO_RESTAURANT)
def welcome() -> Response | str:
    """Say what to do to whoever is signed in and belongs to no restaurant."""
    person, settings = current.actor(), current.settings()
    if not person.is_homeless:
        return redirect(destinations.HOME)
    return render_template(
        "auth/welcome.html",
        actor=person,
        may_open=settings.open_sign_up,
        link=addresses.invitation(settings.public_url, "…"),
    )
