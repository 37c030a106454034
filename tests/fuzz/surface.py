"""All that can be asked of Carte: walked page by page, so that what is new is found by itself.

A walk begins at a few doors and follows every link of each page. What it meets are the routes of the
url_map, the parameters of their addresses, the forms with all their fields, the cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from tests.fuzz.asking import Asking, Browser, send
from tests.fuzz.reading import Form, Markup

_CODE = Path(__file__).resolve().parents[2] / "app"
#: How the application asks for a parameter or a field.
_ASKED = re.compile(r"""request\.(?:args|values|form)(?:\.get\(|\.getlist\(|\[)\s*["']([\w-]+)["']""")
#: Parameters of Flask-Admin's own, which no page of ours may show at the moment.
_FRAMEWORKS = ("id", "page", "page_size", "sort", "desc", "search", "query", "limit", "offset", "name", "url")
#: Pages of one route with the same parameters that a walk looks at.
_EACH = 2


@dataclass(frozen=True)
class Address:
    """A route with values for its parts that lead somewhere, and the names its query may have."""

    rule: str
    parts: tuple[str, ...]
    query: tuple[tuple[str, str], ...]


@dataclass
class Surface:
    """What was found, by whom; `pages` are the addresses of the walk."""

    rules: list[Rule]
    addresses: list[Address] = field(default_factory=list)
    forms: list[tuple[str, Form]] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)
    parameters: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """Every name of a field that a form of any page has."""
        return sorted({name for _, form in self.forms for name, _ in form.fields})


def bound(app: Flask) -> MapAdapter:
    """Return the url_map as a request to this application meets it."""
    return app.url_map.bind("localhost")


def rule_of(app: Flask, path: str, method: str = "GET") -> tuple[Rule | None, dict[str, Any], int]:
    """Return the rule, the values, and the status when there is none: 308, 404 or 405."""
    try:
        rule, values = bound(app).match(path, method=method, return_rule=True)
    except RequestRedirect:
        return None, {}, 308
    except HTTPException as error:
        return None, {}, error.code or 404
    return rule, dict(values), 200


def discover(app: Flask, browsers: dict[str, Browser], doors: list[str]) -> Surface:
    """Walk through the application as each person, the administrator first."""
    surface = Surface(rules=list(app.url_map.iter_rules()))
    names = {found for path in _CODE.rglob("*.py") for found in _ASKED.findall(path.read_text("utf-8"))}
    surface.parameters = tuple(sorted(names | set(_FRAMEWORKS)))
    known: set[object] = set()
    for person in browsers:
        for target, form in _walk(app, browsers, person, doors, surface):
            if form is None:
                surface.pages.append((person, target))
            elif form.shape not in known:
                known.add(form.shape)
                surface.forms.append((person, form))
    surface.forms += [("ada", form) for form in _unshown(app, surface)]
    surface.addresses = list(_addresses(app, surface))
    return surface


def _walk(
    app: Flask, browsers: dict[str, Browser], person: str, doors: list[str], surface: Surface
) -> Iterator[tuple[str, Form | None]]:
    waiting, met, seen = list(doors), Counter(), set()
    while waiting:
        target = waiting.pop(0)
        rule, _, _ = rule_of(app, target.partition("?")[0])
        names = tuple(sorted(part.partition("=")[0] for part in target.partition("?")[2].split("&")))
        if rule is None or target in seen or met[rule.rule, names] >= _EACH:
            continue
        seen.add(target)
        met[rule.rule, names] += 1
        with send(app, Asking("GET", target, person=person), browsers[person]) as answer:
            yield target, None
            if answer.location and answer.location.startswith("/"):
                waiting.append(answer.location)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                markup = Markup(answer.text, target)
                waiting += markup.links()
                for form in markup.forms():
                    yield target, form


def _unshown(app: Flask, surface: Surface) -> Iterator[Form]:
    """Yield a form for each rule that takes one and has it on no page, with every field the code asks for."""
    shown = {
        (rule_of(app, form.target.partition("?")[0], "POST")[0] or surface.rules[0]).rule
        for _, form in surface.forms
    }
    for rule in surface.rules:
        if "POST" in (rule.methods or ()) and rule.rule not in shown:
            target = re.sub(r"<[^<>]+>", "1", rule.rule)
            yield Form("POST", target, tuple((name, "1") for name in surface.parameters))


def _addresses(app: Flask, surface: Surface) -> Iterator[Address]:
    """Yield one address for each rule that is read, met on the walk or not."""
    queries: dict[str, dict[str, str]] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for target, fields in _met(surface):
        path, _, query = target.partition("?")
        rule, values, _ = rule_of(app, path)
        if rule is None:
            continue
        parts.setdefault(rule.rule, tuple(str(values[name]) for name in _names(rule)))
        asked = [part.partition("=")[::2] for part in query.split("&") if part]
        for name, value in (*asked, *fields):
            queries.setdefault(rule.rule, {}).setdefault(name, value)
    for rule in {rule.rule: rule for rule in surface.rules if "GET" in (rule.methods or ())}.values():
        given = parts.get(rule.rule) or tuple("1" for _ in _names(rule))
        yield Address(rule.rule, given, tuple(queries.get(rule.rule, {}).items()))


def _met(surface: Surface) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield each address of the walk, with the fields of the form that leads there."""
    yield from ((target, ()) for _, target in surface.pages)
    yield from ((form.target, form.fields if form.method == "GET" else ()) for _, form in surface.forms)


def _names(rule: Rule) -> list[str]:
    """Return the names of a rule's parts in the order of its path."""
    return re.findall(r"<(?:[^<>:]+:)?(\w+)>", rule.rule)


def written(address: Address, parts: tuple[str, ...] | None = None) -> str:
    """Return the path of an address, with other parts where they are given."""
    given = iter(parts if parts is not None else address.parts)
    return re.sub(r"<[^<>]+>", lambda _: next(given), address.rule)
