"""Flask-Admin's holes, each mended in one module that names it; views derive from BackOfficeView."""

from app.admin.base.fields import LineField, PositionField, PriceField, SwitchField
from app.admin.base.filters import ChoiceFilter, RelationFilter, YesNoFilter
from app.admin.base.range_filters import DayFilter, PriceFilter
from app.admin.base.relations import Relation
from app.admin.base.view import BackOfficeView

__all__ = [
    "BackOfficeView",
    "ChoiceFilter",
    "DayFilter",
    "LineField",
    "PositionField",
    "PriceField",
    "PriceFilter",
    "Relation",
    "RelationFilter",
    "SwitchField",
    "YesNoFilter",
]
