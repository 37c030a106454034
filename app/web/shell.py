"""What every template knows: who is reading (`inject_user`), where they are (`here`), and its icons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, request

from app import current, working
from app.domain import differences, naming
from app.domain.actors import Actor, Held
from app.domain.paths import is_local
from app.domain.roles import ADMINISTRATOR
from app.saying import headed, number, said, size
from app.working import Chosen


@dataclass(frozen=True, slots=True)
class Who:
    """The reader as the shell shows them: who, as what, where; an administrator is nowhere in particular."""

    person: Actor | None = None
    role: str | None = None
    restaurant: Held | None = None
    #: Where they work, and whether lists show that place alone.
    here: Chosen | None = None
    is_narrowed: bool = False
    #: Somebody is signed in who cannot be looked up, such as with the database gone.
    unknown: bool = False

    @classmethod
    def of(cls, person: Actor | None) -> Who:
        """Return what to show of this person, as what they are in the restaurant they work in."""
        if person is None:
            return cls()
        place = working.place()
        role = ADMINISTRATOR if person.is_admin else str(place.role) if place else None
        return cls(person, role, place, working.here(), working.narrowed() is not None)

    @property
    def has_choice(self) -> bool:
        """Whether they may choose where to work; asks for nothing that did not come with the person."""
        return self.is_narrowed or (self.person is not None and len(self.person.held) > 1)


def init_app(app: Flask) -> None:
    """Give the templates their globals."""
    app.context_processor(inject_user)
    app.jinja_env.globals["here"] = here
    app.jinja_env.globals["icon"] = icon
    app.jinja_env.globals["role_name"] = role_name
    app.jinja_env.globals["role_within"] = role_within
    app.jinja_env.globals["column_name"] = column_name
    app.jinja_env.globals["marked"] = differences.marked
    app.jinja_env.filters["said"] = said
    app.jinja_env.filters["headed"] = headed
    app.jinja_env.filters["number"] = number
    app.jinja_env.filters["size"] = size


def inject_user() -> dict[str, Any]:
    """Return the current person (`user_` to the original app), their restaurants and role.

    `who` holds the same once more, under a name that no view passes to its own template.
    """
    # Set where the person cannot be looked up.
    who = Who(unknown=current.has_cookie()) if g.get("carte_nobody") else Who.of(current.person())
    return {
        "lang": current.language(),
        "who": who,
        "person": who.person,
        "user_": who.person,
        "restaurants": who.person.held if who.person else (),
        "role": who.role,
        "restaurant": who.restaurant,
    }


def here() -> str:
    """Return the address that a button of the shell leads back to.

    A page that answered a form cannot be asked for again; the form knows where it was on, if it could
    be read.
    """
    if request.method not in current.READING:
        return request.form.get("url", "") if g.get("csrf_valid") else ""
    # What leads to a foreign place would be refused there; no form of ours repeats it.
    kept = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in {"url", "next"} or is_local(value)
    ]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def icon(name: str, label: str | None = None) -> str:
    """Return the markup of a picture of the sprite; one that stands alone is given its words as `label`."""
    macro: Any = current_app.jinja_env.get_template("_icon.html").module
    text: str = macro.icon(name, label)
    return text


def role_name(role: str) -> str:
    """Return the role as it stands by itself: with a capital letter, in the reader's language."""
    return headed(naming.role(role))


def role_within(role: str) -> str:
    """Return the role as it stands within a sentence, in the reader's language."""
    return said(naming.role(role))


def column_name(name: str) -> str:
    """Return what a column or a form's field is called, by itself."""
    return headed(naming.column(name))
