"""The person behind a piece of work, as policies and services see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from app.domain import naming
from app.domain.roles import ADMINISTRATOR, Role
from app.domain.words import Phrase, gettext_noop

#: Numbers that are written as a word.
_NUMBERS = {
    2: gettext_noop("two"),
    3: gettext_noop("three"),
    4: gettext_noop("four"),
    5: gettext_noop("five"),
    6: gettext_noop("six"),
    7: gettext_noop("seven"),
    8: gettext_noop("eight"),
    9: gettext_noop("nine"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One membership of a person: the restaurant and the role in it."""

    restaurant_id: int
    restaurant_name: str
    restaurant_slug: str
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, read once a request, so that no later write can change the verdict.

    `key` is the person's name in the sample cast, else `user-<id>`. `held` is in the order in
    which the memberships were made; the first is where the person starts. `signed_in_at` is when
    their present session began; `language` and `time_zone` are their own choice, or blank.
    """

    id: int
    key: str
    name: str
    email: str
    is_admin: bool = False
    held: tuple[Held, ...] = ()
    signed_in_at: datetime | None = None
    language: str = ""
    time_zone: str = ""

    def role_in(self, restaurant_id: int | None) -> Role | None:
        """Return the person's own role there; an administrator may have none."""
        for membership in self.held:
            if membership.restaurant_id == restaurant_id:
                return membership.role
        return None

    def title_in(self, restaurant_id: int | None) -> str:
        """Return what the person is there, as records name it: the role, or administrator; else blank."""
        return self.role_in(restaurant_id) or (ADMINISTRATOR if self.is_admin else "")

    @property
    def home(self) -> Held | None:
        """The restaurant the person starts in; None without any membership."""
        return self.held[0] if self.held else None

    @property
    def is_homeless(self) -> bool:
        """Whether the person belongs to no restaurant, and does not look after all of them."""
        return not self.held and not self.is_admin

    @property
    def standing(self) -> str:
        """What the person is, and where: `owner of two restaurants`; the strongest role first."""
        parts = [Phrase("administrator of the installation")] if self.is_admin else []
        for role in Role:
            names = [held.restaurant_name for held in self.held if held.role is role]
            if names:
                places = names[0] if len(names) == 1 else _restaurants(len(names))
                parts.append(Phrase("%(role)s of %(places)s", role=naming.role(role), places=places))
        if not parts:
            return Phrase("in no restaurant yet")
        return reduce(
            lambda before, after: Phrase("%(before)s and %(after)s", before=before, after=after), parts
        )

    @property
    def first_name(self) -> str:
        """The first word of the name."""
        return self.name.split(maxsplit=1)[0] if self.name.strip() else ""

    @property
    def initials(self) -> str:
        """Up to two capital letters, from the first and the last word of the name."""
        words = self.name.split() or ["?"]
        return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()


def _restaurants(count: int) -> str:
    number = Phrase(_NUMBERS[count]) if count in _NUMBERS else count
    return Phrase("%(number)s restaurants", number=number)
