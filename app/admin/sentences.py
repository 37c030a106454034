"""What one change did, as a sentence without its subject: “renamed French Fries to Chips”."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from flask_babel import gettext

from app.domain import naming
from app.domain.words import gettext_noop
from app.models import Change
from app.models.history import Verb
from app.saying import said

#: Facts that come with another one, whose sentence says it all.
UNSAID = frozenset({"accepted_by_id", "created_by_id"})

#: Sentences of facts that people speak of in a verb of their own.
_IN_WORDS = {
    "name": gettext_noop("renamed %(before)s to %(after)s"),
    "section_id": gettext_noop("moved %(name)s from %(before)s to %(after)s"),
    "menu_id": gettext_noop("moved %(name)s from %(before)s to %(after)s"),
    "role": gettext_noop("made %(name)s %(after)s, who was %(before)s"),
    "accepted_at": gettext_noop("accepted the invitation of %(name)s"),
    "revoked_at": gettext_noop("withdrew the invitation of %(name)s"),
    "expires_at": gettext_noop("made a new link for the invitation of %(name)s"),
}

#: Sentences of what came or went that has verbs of its own; then, of what people do with their own role.
_WHOLE: Mapping[tuple[str, str], str] = {
    ("restaurant", Verb.CREATED): gettext_noop("opened %(name)s"),
    ("membership", Verb.CREATED): gettext_noop("added %(name)s as %(role)s"),
    ("membership", Verb.RESTORED): gettext_noop("added %(name)s as %(role)s"),
    ("membership", Verb.DELETED): gettext_noop("removed %(name)s, who was %(role)s"),
    ("invitation", Verb.CREATED): gettext_noop("invited %(name)s as %(role)s"),
    ("invitation", Verb.RESTORED): gettext_noop("withdrew the invitation of %(name)s"),
    ("invitation", Verb.DELETED): gettext_noop("withdrew the invitation of %(name)s"),
}
_OF_ONESELF: Mapping[tuple[str, str], str] = {
    ("membership", Verb.CREATED): gettext_noop("joined as %(role)s"),
    ("membership", Verb.RESTORED): gettext_noop("joined as %(role)s"),
    ("membership", Verb.DELETED): gettext_noop("left, having been %(role)s"),
}

#: Sentences of rows that came or went, by verb: without and with what they belong to.
_CAME_OR_WENT = {
    Verb.CREATED: (gettext_noop("added %(what)s"), gettext_noop("added %(what)s to %(above)s")),
    Verb.DELETED: (gettext_noop("deleted %(what)s"), gettext_noop("deleted %(what)s from %(above)s")),
    Verb.RESTORED: (gettext_noop("restored %(what)s"), gettext_noop("restored %(what)s in %(above)s")),
}

#: What comes and goes is named with its kind, where its name alone would not tell.
_WITH_KIND = {
    "menu": gettext_noop("the menu %(name)s"),
    "section": gettext_noop("the section %(name)s"),
}

#: The longest text that a sentence quotes, in characters; and how much of what two long ones share.
_QUOTED, _SHARED = 60, 20

_RIGHT_TO_LEFT = {"R", "AL"}
#: Embeddings, overrides and isolates, with their ends.
_STEERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ISOLATE, _END = "\u2068", "\u2069"


def whole(change: Change, above: str) -> str:
    """Return the sentence of a row that came or went; `above` is what it belongs to."""
    values = change.after or change.before
    is_own = "user_id" in values and values["user_id"] == change.by_id
    role = said(naming.role(values.get("role", "")))
    told = {"name": isolated(change.name), "role": role, "above": isolated(above)}
    own = _OF_ONESELF.get((change.kind, change.verb)) if is_own else None
    if words := own or _WHOLE.get((change.kind, change.verb)):
        return gettext(words) % told
    told["what"] = gettext(_WITH_KIND.get(change.kind, "%(name)s")) % told
    alone, within = _CAME_OR_WENT[Verb(change.verb)]
    return gettext(within if above else alone) % told


def changed(change: Change, fact: str, before: str, after: str) -> str:
    """Return the sentence of one fact that changed from one value to another, both in words."""
    before, after = (isolated(text) for text in _excerpts(_line(before), _line(after)))
    told = {"name": isolated(change.name), "before": before, "after": after}
    if fact in _IN_WORDS:
        return gettext(_IN_WORDS[fact]) % told
    told["what"] = said(naming.column(fact))
    if not before:
        return gettext("set the %(what)s of %(name)s to %(after)s") % told
    if not after:
        return gettext("cleared the %(what)s of %(name)s") % told
    return gettext("changed the %(what)s of %(name)s from %(before)s to %(after)s") % told


def put_back_on(change: Change) -> str:
    """Return the sentence of a dish that is available again."""
    return gettext("put %(name)s back on", name=isolated(change.name))


def sold_out(change: Change, until: str) -> str:
    """Return the sentence of a dish that went; `until` is a moment in words, or blank."""
    if not until:
        return gettext("marked %(name)s sold out", name=isolated(change.name))
    return gettext("marked %(name)s sold out until %(until)s", name=isolated(change.name), until=until)


def isolated(text: str) -> str:
    """Return a text that cannot turn round the words beside it.

    What is written from right to left is isolated; marks that steer the direction, which could also end
    that, are left out.
    """
    text = text.translate(_STEERING)
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_ISOLATE}{text}{_END}"
    return text


def _line(text: str) -> str:
    return " ".join(text.split())


def _excerpts(before: str, after: str) -> tuple[str, str]:
    """Return both short enough to quote; of long ones that begin alike, the part where they part."""
    start = 0
    if before and after and max(len(before), len(after)) > _QUOTED:
        pairs = enumerate(zip(before, after, strict=False))
        shared = next((place for place, (one, other) in pairs if one != other), 0)
        start = max(shared - _SHARED, 0)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    end = start + _QUOTED
    return f"{'… ' if start else ''}{text[start:end]}{' …' if len(text) > end else ''}"
