"""Where each view stands in the menu, with which picture, and whether a thumb finds it at once."""

from __future__ import annotations

from app.domain.words import gettext_noop

#: The groups in their order, by the names under which Flask-Admin knows them; the template translates these.
GROUPS = (gettext_noop("Today"), gettext_noop("Menus"), gettext_noop("People"), gettext_noop("Record"))

#: Group and picture (app/static/icons.svg) of each view, by its endpoint; a group lists them as they come.
_PLACES = {
    "admin": ("Today", "house"),
    "kitchen": ("Today", "chef-hat"),
    "restaurants": ("Menus", "store"),
    "menus": ("Menus", "book-open"),
    "sections": ("Menus", "layers"),
    "items": ("Menus", "utensils"),
    "people": ("People", "users"),
    "users": ("People", "circle-user"),
    "history": ("Record", "history"),
    "audit": ("Record", "scroll-text"),
    "roles": ("Record", "shield-check"),
}

#: What is also in the bar at the foot of a phone.
_AT_HAND = {"admin", "kitchen", "items"}


def place(endpoint: str) -> dict[str, str]:
    """Return what Flask-Admin's views are told about their place in the menu."""
    group, picture = _PLACES[endpoint]
    at_hand = {"menu_class_name": "at-hand"} if endpoint in _AT_HAND else {}
    return {"category": group, "menu_icon_type": "lucide", "menu_icon_value": picture, **at_hand}
