"""What may be done, in words: a role explained by the actions that it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.domain.roles import Action
from app.domain.words import gettext_noop

#: What each action is, to stand alone.
DUTIES: Mapping[Action, str] = {
    Action.READ: gettext_noop("Read menus, sections, items and the restaurant’s data; export them"),
    Action.EDIT_ITEM: gettext_noop("Mark dishes sold out; change their prices, names and descriptions"),
    Action.READ_HISTORY: gettext_noop("Read the history, and undo what one may do oneself"),
    Action.ARRANGE: gettext_noop("Create, move and delete menus, sections and items"),
    Action.READ_PEOPLE: gettext_noop("See who works here"),
    Action.MANAGE_PEOPLE: gettext_noop("Invite people, change their roles, remove them"),
    Action.MANAGE_RESTAURANT: gettext_noop("Change the restaurant’s data; delete it"),
    Action.READ_AUDIT: gettext_noop("Read who came in, who was refused, and who was given or lost what"),
    Action.ADMINISTER: gettext_noop("See all users, disable them, make administrators; every restaurant"),
}

#: What each action lets somebody do, to follow “you can”; in the order in which it is told.
IN_WORDS: Mapping[Action, str] = {
    Action.READ: gettext_noop("see its menus"),
    Action.EDIT_ITEM: gettext_noop("change dishes and their prices, mark dishes sold out"),
    Action.ARRANGE: gettext_noop("add, move and delete menus, sections and dishes"),
    Action.READ_HISTORY: gettext_noop("see what was changed"),
    Action.READ_PEOPLE: gettext_noop("see who works there"),
    Action.MANAGE_PEOPLE: gettext_noop("invite and remove people"),
    Action.MANAGE_RESTAURANT: gettext_noop("change or delete the restaurant itself"),
    Action.READ_AUDIT: gettext_noop("read who came in and who was refused"),
    Action.ADMINISTER: gettext_noop("look after users and every restaurant"),
}


def told(actions: Collection[Action]) -> list[str]:
    """Return what these actions let somebody do, each to follow “you can”."""
    return [words for action, words in IN_WORDS.items() if action in actions]
