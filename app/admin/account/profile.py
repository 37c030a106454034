"""The form about oneself: name, language, clock."""

from __future__ import annotations

from flask_admin.form import BaseForm
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import SelectField

from app.admin.account import choices
from app.admin.base.fields import LineField
from app.admin.base.saving import one_act
from app.admin.base.versions import conflict_of, posted
from app.domain.errors import Conflict
from app.models import User
from app.models.lengths import longest


class ProfileForm(BaseForm):
    """What everybody may change of themselves."""

    name = LineField(lazy_gettext("Name"), most=longest(User.name), required=True)
    language = SelectField(
        lazy_gettext("Language"),
        description=lazy_gettext(
            "Carte speaks English and German; any other language decides how numbers, money and dates"
            " are written."
        ),
    )
    time_zone = SelectField(
        lazy_gettext("Time zone"),
        description=lazy_gettext(
            "For what belongs to no restaurant. Times in a restaurant are in that restaurant’s zone."
        ),
    )


def form_of(user: User) -> ProfileForm:
    """Return the form of what is posted, over what is stored."""
    return _fitted(ProfileForm(posted(), obj=user), user)


def save(session: Session, user: User, form: ProfileForm) -> None:
    """Write the form to the person and commit; raises StaleDataError when somebody was faster."""
    with one_act(session), session.no_autoflush:
        form.populate_obj(user)


def conflict(user: User) -> tuple[ProfileForm, Conflict]:
    """Return the form as merged of what is posted and what somebody saved meanwhile, and what collides."""
    mine = form_of(user)
    return mine, conflict_of(mine, _fitted(ProfileForm(obj=user), user), user)


def _fitted(form: ProfileForm, user: User) -> ProfileForm:
    form.language.choices = choices.with_language(user.language)
    form.time_zone.choices = choices.with_time_zone(user.time_zone)
    return form
