"""The audit: who came in, who was refused, who was given or lost which right; nobody edits it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy import select
from wtforms import Form

from app.admin import formatting, providers
from app.admin.base import BackOfficeView
from app.admin.narrating import COMMAND_LINE
from app.admin.views.audit_filters import AUDIT_FILTERS, EVENTS
from app.admin.views.days import reader_zone
from app.admin.views.labels import LABELS
from app.domain import naming
from app.domain.audit import REFUSALS, Event
from app.domain.roles import Action
from app.models import AuditEntry, Base, Change
from app.saying import said


def show_event(_view: object, _context: object, row: AuditEntry, _name: str) -> str:
    """Return what happened, in words."""
    return said(EVENTS[Event(row.event)])


def show_at(_view: object, _context: object, row: AuditEntry, _name: str) -> str:
    """Return the moment in the reader's one clock, which it names: the list is of several restaurants."""
    return formatting.named_moment(row.at, reader_zone())


def show_address(view: BackOfficeView, _context: object, row: AuditEntry, _name: str) -> str:
    """Return the network address; to administrators alone where it is of no restaurant."""
    return row.address if view.actor.is_admin or row.restaurant_id else ""


def show_who(_view: object, _context: object, row: AuditEntry, _name: str) -> str:
    """Return who it was, and as what, by the name and the role they had then."""
    if row.by_name:
        return f"{row.by_name}, {said(naming.role(row.by_role))}" if row.by_role else row.by_name
    return gettext("Nobody signed in") if row.event in REFUSALS else str(COMMAND_LINE)


def show_provider(_view: object, _context: object, row: AuditEntry, _name: str) -> str:
    """Return by which provider somebody came; blank for what has to do with none."""
    return providers.label(row.provider)


class AuditView(BackOfficeView):
    """Every line of the audit within reach, newest first."""

    #: No field: the audit is never typed.
    form = Form
    details_template = "backoffice/audit_entry.html"
    column_list = ("at", "event", "by_name", "subject", "reason", "restaurant.name")
    column_labels = {**LABELS, "address": lazy_gettext("From the address")}
    column_details_list = (*column_list, "provider", "address")
    column_export_list = column_details_list
    column_searchable_list = ("by_name", "subject", "reason")
    column_sortable_list = ("at",)
    column_default_sort = ("id", True)
    column_select_related_list = ("restaurant",)
    column_formatters_export = {
        "at": formatting.export_moment,
        "event": show_event,
        "by_name": show_who,
        "address": show_address,
    }
    column_formatters = {**column_formatters_export, "at": show_at, "provider": show_provider}
    column_filters = AUDIT_FILTERS

    def demand_here(self, action: Action | None, row: Base) -> None:
        """Let pass what tenancy has let be read: when the people came and went is of no restaurant."""

    def row_marks(self, row: AuditEntry) -> dict[str, str]:
        return {"data-event": row.event}

    def heading_of(self, row: AuditEntry) -> str:
        return gettext("Entry %(number)s", number=row.id)

    def counted(self, count: int) -> str:
        """Return “1 entry”, “3 entries”."""
        return ngettext("%(num)s entry", "%(num)s entries", count)

    def act_url(self, row: Any) -> str | None:
        """Return where the history tells what was changed; None where it tells this reader nothing."""
        told = row.act and self.rows.scalar(select(Change.id).where(Change.act == row.act).limit(1))
        return self.get_url("history.act_view", act=row.act) if told else None
