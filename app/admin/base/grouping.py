"""The fields of a form in groups, as a view declares them the Flask-Admin way.

`form_rules = (rules.FieldSet(("name", "price"), lazy_gettext("What guests read")), …)`; our own templates
draw them, not the macros of Flask-Admin's `lib`. The fields of a form depend on its reader: a group that
has none is left out, and a field that no group names is never lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_admin.form.rules import Header, RuleSet
from wtforms import Field, Form


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, and what they are called; blank where nothing needs saying."""

    legend: str
    fields: tuple[Field, ...]


def grouped(form: Form, ruleset: RuleSet | None) -> list[Group]:
    """Return the form's fields, each once, in the groups of the rule set."""
    groups = [
        Group(_legend(rule), tuple(form[name] for name in rule.visible_fields if name in form))
        for rule in (ruleset.rules if ruleset else ())
    ]
    placed = {field.name for group in groups for field in group.fields}
    rest = Group("", tuple(field for field in form if field.name not in placed))
    return [group for group in (*groups, rest) if group.fields]


def _legend(rule: Any) -> str:
    return next((str(text) for text in _headers(rule)), "")


def _headers(rule: Any) -> Iterator[Any]:
    for part in getattr(rule, "rules", ()):
        if isinstance(part, Header):
            yield part.default_args["text"]
