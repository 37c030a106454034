"""The roles page: who may do what, as the table of grants has it, which decides everything else, too."""

from __future__ import annotations

from collections.abc import Mapping

from flask_admin import BaseView, expose

from app import current
from app.admin.sentences import KINDS
from app.admin.views.labels import LABELS
from app.domain import changes as facts
from app.domain.roles import Action, Role
from app.models import Invitation
from app.models.history import RECORDED
from app.policies import GRANTS
from app.policies.grants import TABLES

#: What each action is, in words.
WORDS: Mapping[Action, str] = {
    Action.READ: "Read menus, sections, items and the restaurant’s data; export them",
    Action.EDIT_ITEM: "Mark dishes sold out; change their prices, names and descriptions",
    Action.READ_HISTORY: "Read the history, and undo what one may do oneself",
    Action.ARRANGE: "Create, move and delete menus, sections and items",
    Action.READ_PEOPLE: "See who works here",
    Action.MANAGE_PEOPLE: "Invite people, change their roles, remove them",
    Action.MANAGE_RESTAURANT: "Change the restaurant’s data; delete it",
    Action.READ_AUDIT: "Read who came in, who was refused, and who was given or lost what",
    Action.ADMINISTER: "See all users, disable them, make administrators; every restaurant",
}

#: Columns that Carte writes by itself with what a person does.
_BESIDES = {"slug", "token_hash", "mailed_at"}


class RolesView(BaseView):
    """What each role may do, and which fields it may change; the same for every reader."""

    @expose("/")
    def index(self) -> str:
        actor = current.actor()
        return self.render(
            "backoffice/roles.html",
            roles=tuple(Role)[::-1],
            actions=[
                (words, [action in GRANTS[role] for role in tuple(Role)[::-1]])
                for action, words in WORDS.items()
            ],
            fields=_fields(),
            own={held.role for held in actor.held},
        )


def _fields() -> list[tuple[str, str, list[bool]]]:
    """Return kind, field, and for each role, weakest first, whether it may change the field."""
    rows = []
    for kind, cls in RECORDED.items():
        if cls is Invitation:
            continue
        for action, columns in TABLES[cls].columns.items():
            for fact in facts.facts_in(sorted(columns - _BESIDES)):
                may = [action in GRANTS[role] for role in tuple(Role)[::-1]]
                rows.append((KINDS[kind].capitalize(), _label(fact), may))
    return rows


def _label(fact: str) -> str:
    name = fact.removesuffix("_id")
    return LABELS.get(name, name.replace("_", " ").capitalize())
