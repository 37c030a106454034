"""What one change did, as a sentence without its subject: “renamed French Fries to Chips”."""

from __future__ import annotations

import unicodedata

from app.models import Change
from app.models.history import Verb

#: What facts are called within a sentence, where their column does not say it.
LABELS = {
    "menu_id": "menu",
    "section_id": "section",
    "slug": "short name",
    "sold_out": "availability",
    "time_zone": "time zone",
}

#: What kinds of rows are called.
KINDS = {
    "restaurant": "restaurant",
    "menu": "menu",
    "section": "section",
    "menu_item": "item",
    "membership": "person",
    "invitation": "invitation",
}

#: Facts that come with another one, whose sentence says it all.
UNSAID = frozenset({"accepted_by_id", "created_by_id"})

#: Sentences of facts that people speak of in a verb of their own.
_IN_WORDS = {
    "name": "renamed {before} to {after}",
    "section_id": "moved {name} from {before} to {after}",
    "menu_id": "moved {name} from {before} to {after}",
    "role": "made {name} {after}, who was {before}",
    "accepted_at": "accepted the invitation of {name}",
    "revoked_at": "withdrew the invitation of {name}",
    "expires_at": "made a new link for the invitation of {name}",
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
    name, role = isolated(change.name), values.get("role", "")
    is_own = "user_id" in values and values["user_id"] == change.by_id
    match change.kind, change.verb:
        case "restaurant", Verb.CREATED:
            return f"opened {name}"
        case "membership", Verb.CREATED | Verb.RESTORED:
            return f"joined as {role}" if is_own else f"added {name} as {role}"
        case "membership", _:
            return f"left, having been {role}" if is_own else f"removed {name}, who was {role}"
        case "invitation", Verb.CREATED:
            return f"invited {name} as {role}"
        case "invitation", _:
            return f"withdrew the invitation of {name}"
    what = name if change.kind in {"restaurant", "menu_item"} else f"the {KINDS[change.kind]} {name}"
    verb = "added" if change.verb == Verb.CREATED else str(change.verb)
    below = {Verb.DELETED: "from", Verb.CREATED: "to", Verb.RESTORED: "in"}[Verb(change.verb)]
    return f"{verb} {what} {below} {isolated(above)}" if above else f"{verb} {what}"


def changed(change: Change, fact: str, before: str, after: str) -> str:
    """Return the sentence of one fact that changed from one value to another, both in words."""
    name = isolated(change.name)
    before, after = (isolated(text) for text in _excerpts(_line(before), _line(after)))
    if fact == "sold_out":
        return f"put {name} back on" if after == "available" else f"marked {name} {after}"
    if fact in _IN_WORDS:
        return _IN_WORDS[fact].format(name=name, before=before, after=after)
    what = f"the {LABELS.get(fact, fact.replace('_', ' '))} of {name}"
    if not before:
        return f"set {what} to {after}"
    return f"changed {what} from {before} to {after}" if after else f"cleared {what}"


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
