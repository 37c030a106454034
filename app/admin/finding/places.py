"""The pages of the back office that a reader may open, and what they may begin there."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_admin import Admin
from flask_babel import gettext

from app.admin.base import BackOfficeView
from app.admin.finding.entries import Entry


def pages(admin: Admin, typed: str) -> list[Entry]:
    """Return the pages of the menu whose name has every typed word; all of them for none."""
    return [entry for entry in _pages(admin) if _has(entry.label, typed)]


def beginnings(admin: Admin, typed: str) -> list[Entry]:
    """Return what may be made anew, where its name has every typed word; nothing for none."""
    return [entry for entry in _beginnings(admin) if typed.strip() and _has(entry.label, typed)]


def _pages(admin: Admin) -> Iterator[Entry]:
    for group in admin.menu():
        for item in group.get_children():
            if item.is_accessible() and item.is_visible():
                yield Entry(str(item.name), str(item.get_url()), str(item.get_icon_value()))
    account = next(view for view in admin._views if view.endpoint == "account")
    yield Entry(str(account.name), url_for("account.index"), "settings")


def _beginnings(admin: Admin) -> Iterator[Entry]:
    for view in admin._views:
        if isinstance(view, BackOfficeView) and view.can_create:
            label = gettext("New %(thing)s", thing=view.singular)
            yield Entry(label, url_for(f"{view.endpoint}.create_view"), "plus", where=str(view.name))


def _has(label: str, typed: str) -> bool:
    folded = label.casefold()
    return all(word in folded for word in typed.casefold().split())
