"""What may be done, in words: a role explained by the actions that it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.domain.roles import Action

#: What each action is, to stand alone.
DUTIES: Mapping[Action, str] = {
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

#: What each action lets somebody do, to follow “you can”; in the order in which it is told.
IN_WORDS: Mapping[Action, str] = {
    Action.READ: "see its menus",
    Action.EDIT_ITEM: "change dishes and their prices, mark dishes sold out",
    Action.ARRANGE: "add, move and delete menus, sections and dishes",
    Action.READ_HISTORY: "see what was changed",
    Action.READ_PEOPLE: "see who works there",
    Action.MANAGE_PEOPLE: "invite and remove people",
    Action.MANAGE_RESTAURANT: "change or delete the restaurant itself",
    Action.READ_AUDIT: "read who came in and who was refused",
    Action.ADMINISTER: "look after users and every restaurant",
}


def told(actions: Collection[Action]) -> str:
    """Return what these actions let somebody do, as one list in words: `see its menus, and …`."""
    words = [said for action, said in IN_WORDS.items() if action in actions]
    return ", and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
