"""History: who changed what, and when; nobody edits it."""

from __future__ import annotations

from app.admin.base import RelationFilter
from app.admin.reverting import RevertingView
from app.admin.views.choices import RESTAURANTS
from app.admin.views.history_filters import HISTORY_FILTERS
from app.domain.words import gettext_noop
from app.models import Change


class HistoryView(RevertingView):
    """Every change within reach."""

    column_list = ("name", "by_name")
    column_searchable_list = ("name", "by_name")
    column_filters = (
        RelationFilter(gettext_noop("Restaurant"), RESTAURANTS, Change.restaurant_id.__eq__),
        *HISTORY_FILTERS,
    )
