"""Carte's own format: one restaurant a file, or the people of the sample cast."""

from __future__ import annotations

import re
from typing import Any

from app.domain import emails, facts, money, slugs, text
from app.domain.documents import (
    Entry,
    Fixture,
    MembershipDocument,
    PersonDocument,
    RestaurantDocument,
)
from app.domain.roles import Role
from app.models import Identity, Menu, MenuItem, Restaurant, Section, User
from app.models.lengths import longest
from app.services.importing.nodes import Node, Source, compose

#: The language of a file that states none; a file must state what else a restaurant must have.
_LANGUAGE = "en"
_STATED = tuple(name for name in facts.NAMES if name in facts.REQUIRED - {"language"})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_YES, _NO = {"yes", "true"}, {"no", "false", ""}


def read(source: Source, written: str) -> Fixture:
    """Return what the file says; what is wrong with it is noted in `source`."""
    root = compose(source, written)
    if root is None:
        return Fixture()
    if root.has("people"):
        people = root.fields(("people",)).get("people")
        return Fixture(people=tuple(_person(node) for node in people.entries("person")) if people else ())
    return Fixture(restaurants=(_restaurant(root),))


def _restaurant(root: Node) -> RestaurantDocument:
    fields = root.fields(("slug", *facts.NAMES, "menus"), _STATED)
    values: dict[str, Any] = {name: _fact(name, fields.get(name)) for name in facts.NAMES}
    values["language"] = values["language"] or _LANGUAGE
    currency = values["currency"]
    slug = (
        fields["slug"].text(most=slugs.LONGEST, required=True)
        if "slug" in fields
        else slugs.slugify(values["name"])
    )
    if "slug" in fields and slug and not _SLUG.fullmatch(slug):
        fields["slug"].fault("A slug is lower-case letters, digits and single hyphens, such as urban-burger.")
    menus = _entries(fields.get("menus"), "menu", currency if money.is_currency(currency) else None)
    return RestaurantDocument(slug, values["name"], currency, values, menus, root.source.file, root.line)


def _fact(name: str, node: Node | None) -> str:
    if node is None:
        return ""
    if name == "description":
        return _description(node)
    value = node.text(most=longest(getattr(Restaurant, name)), required=name in _STATED)
    wrong = facts.fault(name, value) if value else None
    if wrong:
        node.fault(wrong)
    return value


def _description(node: Node | None) -> str:
    return node.text(most=text.LONGEST, lines=True) if node else ""


_BELOW = {"menu": "section", "section": "item"}
_LISTS = {"menu": "sections", "section": "items"}
_NAMES = {"menu": Menu.name, "section": Section.name, "item": MenuItem.name}


def _entries(node: Node | None, kind: str, currency: str | None) -> tuple[Entry, ...]:
    if node is None:
        return ()
    return tuple(
        _item(part, currency) if kind == "item" else _group(part, kind, currency)
        for part in node.entries(kind)
    )


def _group(node: Node, kind: str, currency: str | None) -> Entry:
    parts = _LISTS[kind]
    fields = node.fields(("name", parts), ("name",))
    return Entry(_name(fields.get("name"), kind), {}, _entries(fields.get(parts), _BELOW[kind], currency))


def _item(node: Node, currency: str | None) -> Entry:
    fields = node.fields(("name", "price", "description"), ("name",))
    values = {
        "price": _price(fields.get("price"), currency),
        "description": _description(fields.get("description")),
    }
    return Entry(_name(fields.get("name"), "item"), values)


def _name(node: Node | None, kind: str) -> str:
    return node.text(most=longest(_NAMES[kind]), required=True) if node else ""


def _price(node: Node | None, currency: str | None) -> int | None:
    """Return minor units; None without a price, or where the file's currency is a fault already."""
    if node is None or currency is None:
        return None
    try:
        return money.parse(node.text(most=40), currency)
    except money.PriceError as error:
        node.fault(str(error))
        return None


def _person(node: Node) -> PersonDocument:
    known = ("key", "name", "email", "administrator", "memberships")
    fields = node.fields(known, ("key", "name", "email"))
    email = _text(fields.get("email"), longest(User.email))
    if email and not emails.is_address(email):
        fields["email"].fault("This is not an e-mail address.")
    memberships = fields.get("memberships")
    return PersonDocument(
        _text(fields.get("key"), longest(Identity.subject)),
        _text(fields.get("name"), longest(User.name)),
        email,
        _yes(fields.get("administrator")),
        tuple(_membership(slug, role) for slug, role in memberships.pairs()) if memberships else (),
        node.source.file,
        node.line,
    )


def _membership(slug: str, node: Node) -> MembershipDocument:
    role = node.text(most=20)
    if role not in set(Role):
        node.fault(f"A role is one of {', '.join(Role)}.")
        return MembershipDocument(slug, Role.VIEWER, node.line)
    return MembershipDocument(slug, Role(role), node.line)


def _yes(node: Node | None) -> bool:
    answer = node.text(most=5).lower() if node else ""
    if node and answer not in _YES | _NO:
        node.fault("Answer yes or no.")
    return answer in _YES


def _text(node: Node | None, most: int) -> str:
    return node.text(most=most, required=True) if node else ""
