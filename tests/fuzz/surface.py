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

from tests.fuzz.asking import FORM, Asking, Browser, joined, send
from tests.fuzz.reading import Form, Markup

_CODE = Path(__file__).resolve().parents[2] / "app"
#: How the application asks for a parameter or a field.
_ASKED = re.compile(r"""request\.(?:args|values|form)(?:\.get\(|\.getlist\(|\[)\s*["']([\w-]+)["']""")
#: Parameters of Flask-Admin's own, which no page of ours may show at the moment.
_FRAMEWORKS = ("id", "page", "page_size", "sort", "desc", "search", "query", "limit", "offset", "name", "url")
#: Pages of one route with the same parameters that a walk looks at, where its path says what it shows.
_EACH = 3
#: Forms of one route and with the same fields, where the address itself says what they are about.
_ALIKE = 4


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
    shapes: Counter[object] = field(default_factory=Counter)
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
    met: Counter[object] = Counter()
    for person in browsers:
        for target, form in _walk(app, browsers, person, doors, met):
            if form is None:
                surface.pages.append((person, target))
            else:
                _keep(app, surface, person, form)
    surface.forms += [("ada", form) for form in _unshown(app, surface)]
    surface.addresses = list(_addresses(app, surface))
    return surface


def learn(app: Flask, surface: Surface, person: str, text: str, target: str) -> None:
    """Keep the forms of a page that answers one: a conflict, a question, a refusal."""
    for form in Markup(text, target).forms():
        if form.method == "POST":
            _keep(app, surface, person, form)


def provoking(person: str, form: Form) -> Iterator[Asking]:
    """Yield a form as it stands, and stale, with something typed that somebody else has changed."""
    if form.method != "POST" or not form.target.startswith("/admin/"):
        return
    yield Asking("POST", form.target, joined(form.fields).encode(), FORM, person)
    based = {name.removeprefix("base-") for name, _ in form.fields if name.startswith("base-")}
    stale = tuple(
        (name, "0" if name.startswith("row_version") else _provoked(name, value, based))
        for name, value in form.fields
    )
    if stale != form.fields:
        yield Asking("POST", form.target, joined(stale).encode(), FORM, person)


def _provoked(name: str, value: str, based: set[str]) -> str:
    if name.startswith("base-"):
        return "before"
    # What chooses a row keeps its number, or there would be nothing to compare.
    return "mine" if name in based and not value.isdigit() else value


def _keep(app: Flask, surface: Surface, person: str, form: Form) -> None:
    """Keep a form unless there are enough of its kind."""
    path, _, query = form.target.partition("?")
    rule, _, _ = rule_of(app, path, form.method)
    parts = rule is not None and bool(rule.arguments)
    names = tuple(sorted({unnumbered(name) for name, _ in form.fields}))
    asked = tuple(sorted(part.partition("=")[0] for part in query.split("&")))
    buttons = tuple(value for name, value in form.fields if name == "action")
    shape = form.method, rule.rule if rule and parts else path, asked, names, buttons
    surface.shapes[shape] += 1
    if surface.shapes[shape] <= (_ALIKE if parts else 1):
        surface.forms.append((person, form))


def unnumbered(name: str) -> str:
    """Return a field's name without the number of a row in it."""
    return re.sub(r"\d+", "*", name)


def _walk(
    app: Flask, browsers: dict[str, Browser], person: str, doors: list[str], met: Counter[object]
) -> Iterator[tuple[str, Form | None]]:
    waiting, seen = list(doors), set()
    while waiting:
        target = waiting.pop(0)
        rule, _, _ = rule_of(app, target.partition("?")[0])
        names = tuple(sorted(part.partition("=")[0] for part in target.partition("?")[2].split("&")))
        if rule is None or target in seen or _has_enough(met, person, rule, names):
            continue
        seen.add(target)
        met.update([(person, rule.rule), (rule.rule, names)])
        with send(app, Asking("GET", target, person=person), browsers[person]) as answer:
            yield target, None
            if answer.location and answer.location.startswith("/"):
                waiting.append(answer.location)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                markup = Markup(answer.text, target)
                waiting += markup.links()
                for form in markup.forms():
                    yield target, form


def _has_enough(met: Counter[object], person: str, rule: Rule, names: tuple[str, ...]) -> bool:
    """Tell whether this person has met the route, and somebody the route with such parameters."""
    return met[person, rule.rule] > 0 and met[rule.rule, names] >= (_EACH if rule.arguments else 1)


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
