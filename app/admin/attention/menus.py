"""Menus and sections that guests would find empty."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext, ngettext

from app.admin.attention.line import Desk, Line, Urgency, Way
from app.domain.roles import Action
from app.models import Menu, Section
from app.services import attending


def _add_item(desk: Desk, section: Section) -> Way:
    url = desk.url("items.create_view", section=section.id, url=desk.url("admin.index"))
    return Way(gettext("Add an item"), url)


def _add_section(desk: Desk, menu: Menu) -> Way:
    url = desk.url("sections.create_view", menu=menu.id, url=desk.url("admin.index"))
    return Way(gettext("Add a section"), url)


EMPTY_SECTIONS = Line(
    name="Empty sections",
    icon="layers",
    grant=Action.ARRANGE,
    urgency=Urgency.SOON,
    model=Section,
    condition=lambda _at: attending.empty(),
    title=lambda n, count: ngettext(
        "%(count)s section is empty", "%(count)s sections are empty", n, count=count
    ),
    calm=lazy_gettext("Every section has an item"),
    way=lambda desk: Way(gettext("Show in the list"), desk.listed("sections", "empty_is")),
    way_of=_add_item,
)

WITHOUT_SECTIONS = Line(
    name="Menus without sections",
    icon="book-open",
    grant=Action.ARRANGE,
    urgency=Urgency.SOON,
    model=Menu,
    condition=lambda _at: attending.without_sections(),
    title=lambda n, count: ngettext(
        "%(count)s menu has no section", "%(count)s menus have no section", n, count=count
    ),
    calm=lazy_gettext("Every menu has a section"),
    way=lambda desk: Way(gettext("Show in the list"), desk.listed("menus", "without_sections_is")),
    way_of=_add_section,
)
