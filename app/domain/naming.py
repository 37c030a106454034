"""What roles, kinds of rows and their columns are called, as they stand within a sentence."""

from __future__ import annotations

from app.domain.words import Phrase, gettext_noop, ngettext_noop

_ROLES = {
    "owner": gettext_noop("owner"),
    "manager": gettext_noop("manager"),
    "staff": gettext_noop("staff"),
    "viewer": gettext_noop("viewer"),
    "administrator": gettext_noop("administrator"),
}

#: One and several of a kind, without their number, by the name of the table.
_COUNTED = {
    "restaurant": ngettext_noop("restaurant", "restaurants"),
    "menu": ngettext_noop("menu", "menus"),
    "section": ngettext_noop("section", "sections"),
    "menu_item": ngettext_noop("item", "items"),
    "membership": ngettext_noop("person", "people"),
    "invitation": ngettext_noop("invitation", "invitations"),
    "saved_view": ngettext_noop("saved view", "saved views"),
    "default_view": ngettext_noop("choice of a view", "choices of a view"),
    "user": ngettext_noop("user", "users"),
}

#: By the name that lists, forms and the history know a column or a fact by.
_COLUMNS = {
    "address": gettext_noop("address"),
    "administrator_since": gettext_noop("administrator since"),
    "at": gettext_noop("when"),
    "by_name": gettext_noop("who"),
    "created_at": gettext_noop("since"),
    "currency": gettext_noop("currency"),
    "description": gettext_noop("description"),
    "disabled_at": gettext_noop("disabled since"),
    "email": gettext_noop("e-mail"),
    "event": gettext_noop("what"),
    "identities": gettext_noop("accounts"),
    "language": gettext_noop("language"),
    "last_seen": gettext_noop("last seen"),
    "memberships": gettext_noop("restaurants"),
    "menu": gettext_noop("menu"),
    "name": gettext_noop("name"),
    "phone": gettext_noop("phone"),
    "position": gettext_noop("position"),
    "price": gettext_noop("price"),
    "provider": gettext_noop("signs in with"),
    "reason": gettext_noop("why"),
    "restaurant": gettext_noop("restaurant"),
    "role": gettext_noop("role"),
    "section": gettext_noop("section"),
    "slug": gettext_noop("short name"),
    "sold_out": gettext_noop("sold out"),
    "sold_out_at": gettext_noop("sold out since"),
    "sold_out_by": gettext_noop("sold out by"),
    "sold_out_until": gettext_noop("sold out until"),
    "subject": gettext_noop("about"),
    "time_zone": gettext_noop("time zone"),
    "token_hash": gettext_noop("link"),
    "url": gettext_noop("address"),
    "website": gettext_noop("website"),
}


def role(name: str) -> str:
    """Return what a role is called; one that is none, as it is written."""
    return Phrase(_ROLES[name]) if name in _ROLES else name


def kind(table: str) -> str:
    """Return what a row of this table is called."""
    return kinds(table, 1) if table in _COUNTED else table.replace("_", " ")


def is_kind(table: str) -> bool:
    """Tell whether the rows of this table have a word of their own."""
    return table in _COUNTED


def kinds(table: str, count: int) -> str:
    """Return what so many rows of this table are called, without their number."""
    one, several = _COUNTED[table]
    return Phrase.counted(one, several, count)


def table(several: str) -> str | None:
    """Return the table of whose rows the words speak, such as `items`; None for words of another kind."""
    return next((name for name, (_one, words) in _COUNTED.items() if words == several), None)


def column(name: str) -> str:
    """Return what a column or a fact is called; a pointer such as `section_id` by what it points to."""
    known = name if name in _COLUMNS else name.removesuffix("_id")
    return Phrase(_COLUMNS[known]) if known in _COLUMNS else known.replace("_", " ")


def columns() -> tuple[str, ...]:
    """Return the columns that have a name of their own."""
    return tuple(_COLUMNS)
