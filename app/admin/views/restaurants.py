"""Restaurants: name, money, clock, language and how guests reach them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, inspect, select
from wtforms import Form

from app import current, tenancy
from app.admin.base.saving import one_act
from app.admin.views.below import BELOW
from app.admin.views.labels import LABELS
from app.admin.views.restaurant_fields import (
    RESTAURANT_ARGS,
    RESTAURANT_RULES,
    CurrencyField,
    LanguageField,
    TimeZoneField,
)
from app.admin.visiting import VisitingView
from app.domain import facts
from app.domain.roles import Role
from app.models import Membership, Restaurant
from app.policies import may_open
from app.services import opening
from app.tenancy import Reason


class RestaurantView(VisitingView):
    """Every restaurant within reach; a new one belongs to whoever opens it."""

    column_list = ("name", "address", "phone", "currency")
    column_labels = LABELS
    column_editable_list = ("name",)
    column_searchable_list = ("name", "address")
    column_sortable_list = ("name", "currency")
    column_details_list = (*column_list, "time_zone", "language", "website", "description", "slug")
    column_export_list = ("name", "address", "phone", "website", "currency", "time_zone", "language")
    form_columns = facts.NAMES
    form_rules = RESTAURANT_RULES
    form_args = RESTAURANT_ARGS
    form_overrides = {"currency": CurrencyField, "time_zone": TimeZoneField, "language": LanguageField}
    form_below = BELOW["menus"]
    shown_below = 1
    can_add_another = False

    @property
    def can_create(self) -> bool:
        return may_open(self.actor, open_sign_up=current.settings().open_sign_up)

    def is_accessible(self) -> bool:
        return super().is_accessible() or self.can_create

    def fillable_columns(self) -> frozenset[str]:
        return self.offered_columns()

    def create_model(self, form: Form) -> Restaurant:
        """Open the restaurant; nobody has a role in it before its owner has."""
        with one_act(self.rows), tenancy.unscoped(self.rows, Reason.OPEN_RESTAURANT):
            row = Restaurant()
            form.populate_obj(row)
            opening.open_restaurant(self.rows, row, by=self.actor, at=current.now())
        return row

    def made_rows(self, newer: Select[Any]) -> list[Any]:
        """Look among the restaurants that the person owns by now, not as this request began."""
        owned = select(Membership.restaurant_id).where(
            Membership.user_id == self.actor.id, Membership.role == Role.OWNER
        )
        with tenancy.unscoped(self.rows, Reason.OPEN_RESTAURANT):
            return list(self.rows.scalars(newer.where(Restaurant.id.in_(owned))))

    def on_model_change(self, form: Form, model: Restaurant, is_created: bool) -> None:
        opening.check_facts(model)
        for before in inspect(model).attrs.currency.history.deleted:
            opening.check_currency(self.rows, model, before)
