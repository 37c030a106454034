"""The roles page: who may do what, as the table of grants has it, which decides everything else, too."""

from __future__ import annotations

from collections.abc import Iterator

from flask_admin import expose

from app.admin.base.reader import ReaderView
from app.domain import changes as facts
from app.domain import naming
from app.domain.duties import DUTIES
from app.domain.roles import ADMINISTRATOR, Action, Role
from app.models import Base, Invitation, User
from app.models.history import RECORDED
from app.policies import actions_of
from app.policies.grants import TABLES
from app.saying import headed, said

#: Columns that Carte writes by itself with what a person does.
_BESIDES = {"slug"}


class RolesView(ReaderView):
    """What each role may do, and which fields it may change; the same for every reader."""

    @expose("/")
    def index(self) -> str:
        return self.render(
            "backoffice/roles.html",
            roles=_ROLES,
            actions=[(said(words), _marks(action)) for action, words in DUTIES.items()],
            fields=list(_fields()),
            own={ADMINISTRATOR} if self.actor.is_admin else {held.role for held in self.actor.held},
        )


#: As the page has them: weakest first.
_ROLES = (*tuple(Role)[::-1], ADMINISTRATOR)

#: The kinds of rows whose fields people type; what is done with an invitation has buttons of its own.
_KINDS: list[type[Base]] = [*(cls for cls in RECORDED.values() if cls is not Invitation), User]


def _marks(action: Action) -> list[bool]:
    """Return for each role whether it holds the action."""
    return [action in actions_of(role) for role in _ROLES]


def _fields() -> Iterator[tuple[str, str, list[bool]]]:
    """Yield a kind of row, its fields that go together, and for each role whether it may change them."""
    for cls in _KINDS:
        kind = headed(naming.kind(cls.__tablename__))
        for action, columns in TABLES[cls].columns.items():
            named = sorted(headed(naming.column(fact)) for fact in facts.facts_in(columns - _BESIDES))
            yield kind, ", ".join(named), _marks(action)
